import { expect } from 'chai';
import { declarationsOf } from '../../src/types/declarations.ts';
import { compile } from './compile.ts';
import { hovers } from './hover.ts';
import { toolWith } from './tool-with.ts';

const object = (required: string[], ...optional: string[]) => ({
  type: 'object',
  properties: Object.fromEntries([...required, ...optional].map((name) => [name, { type: 'string' }])),
  required,
  additionalProperties: false,
});
const TOOLS = declarationsOf([
  toolWith('write_script', { description: 'Writes the words.', inputSchema: object(['subject'], 'tone') }),
  toolWith('current_time', { inputSchema: object([], 'timezone') }),
  toolWith('film', {
    ...{ description: 'Films it.', execution: 'job' },
    inputSchema: {
      ...object(['subject']),
      properties: { subject: { type: 'string' }, wait_for_completion: { type: 'boolean' } },
    },
  }),
  toolWith('mix', { execution: 'job', inputSchema: object(['track']) }),
]);
const HEAD = `/// <reference path="../../../sdk-core/src/universal.d.ts" />
import type { Client } from '../../../sdk-core/src/index.ts';
import type { Tools } from './tools.d.ts';
declare const client: Client<Tools>;
`;
const faultsOf = (program: string): string[] =>
  compile({ 'tools.d.ts': TOOLS, 'program.ts': HEAD + program }).map((fault) => fault.replace(/^.*?: error /, ''));

describe('the methods of typed tools', () => {
  it('say which argument is missing, and in what', () => {
    for (const [tool, type, name] of [
      ['write_script', 'WriteScriptInput', 'subject'],
      ['mix', 'MixInput', 'track'],
    ]) {
      const fault = `TS2741: Property '${name}' is missing in type '{}' but required in type '${type}'.`;
      expect(faultsOf(`client.tools.${tool}({});\nclient.call('${tool}', {});`)).to.deep.equal([fault, fault]);
    }
  });

  it('take no arguments where none has to be there, and options all the same', () => {
    expect(
      faultsOf(`client.tools.current_time();
client.tools.current_time({});
client.tools.current_time({ timezone: 'UTC' });
client.tools.current_time(undefined, { timeoutMs: 5 });
export const untyped = (any: Client) => any.tools.anything?.();`),
    ).to.deep.equal([]);
    expect(faultsOf('client.tools.write_script();\nclient.tools.film();\nclient.tools.mix();')).to.have.length(3);
    expect(faultsOf("client.tools.current_time({ zone: 'UTC' });").join()).to.contain("'zone' does not exist");
  });

  it('leave a client of some tools one of unknown tools', () => {
    expect(faultsOf('export const some: Client<unknown> = client;')).to.deep.equal([]);
  });

  it('show an editor the plain input, and what the tool is for', () => {
    const program = `${HEAD}client.tools.write_script({ subject: '' });
client.tools.film({ subject: '', wait_for_completion: true });`;
    expect(hovers({ 'tools.d.ts': TOOLS, 'program.ts': program }, ['write_script(', 'film('])).to.deep.equal([
      {
        type: '(property) write_script: (args: WriteScriptInput, options?: CallOptions<Progress> | undefined) => Call<unknown, Progress>',
        doc: 'Writes the words.',
      },
      {
        type: '(property) film: <true>(args: FilmInput & Waits<true>, options?: CallOptions<Progress> | undefined) => Call<unknown, Progress>',
        doc: 'Films it.\n\nRuns as a job: submit() it for this output; a call answers the handle of the job, unless it waits.',
      },
    ]);
  });
});
