import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { Catalogue } from '../../src/pipeline/catalogue.ts';
import { Schemas } from '../../src/pipeline/schemas.ts';
import { context, refusal, tool } from './tool-call.ts';

const catalogue = (...tools: Parameters<typeof tool>[0][]): Catalogue => new Catalogue(new Schemas(), tools.map(tool));
const run = (entry: ReturnType<Catalogue['entry']>, signal?: AbortSignal): Promise<unknown> =>
  Promise.resolve(entry.tool.run({}, context(signal)));

describe('the catalogue', () => {
  it('lists tools in the order of their names, with everything a caller must know', () => {
    const rows = catalogue(
      { name: 'b', execution: 'job' },
      { name: 'a', idempotent: true, cache: { ttlMs: 5, scope: 'public' } },
    ).list();
    expect(rows.map((row) => row.name)).to.deep.equal(['a', 'b']);
    expect(rows[0]?.annotations).to.deep.equal({
      idempotentHint: true,
      readOnlyHint: false,
      cacheTtlMs: 5,
      timeoutMs: 1_000,
    });
    expect(rows[1]).to.include({ execution: 'job', category: 'test' });
  });

  it('finds nothing under the names every object inherits', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'nope']) {
      expect(() => catalogue({}).entry(name))
        .to.throw(CallError)
        .with.property('errorName', 'TOOL_NOT_FOUND');
    }
  });

  it('refuses a name twice, a malformed name and a wrong schema when it is built', () => {
    expect(() => catalogue({}, {})).to.throw('Cannot serve "echo" twice');
    expect(() => catalogue({ name: 'Bad-Name' })).to.throw('Cannot serve a tool named "Bad-Name"');
    expect(() => catalogue({ input: { type: 'objekt' } })).to.throw();
  });

  it('holds a tool to its output schema, without telling what it answered', async () => {
    const [entry] = [
      catalogue({ output: { type: 'object', required: ['x'] }, run: async () => ({ secret: 1 }) }).entry('echo'),
    ];
    const answer = await refusal(run(entry));
    expect(answer).to.include({ name: 'TOOL_FAILED' });
    expect(JSON.stringify(answer)).to.not.contain('secret');
  });

  it('keeps the words of a tool that throws to itself, and passes an error of the table', async () => {
    const thrown = await refusal(
      run(catalogue({ run: async () => Promise.reject(new Error('token abc')) }).entry('echo')),
    );
    expect(thrown).to.include({ name: 'TOOL_FAILED', message: 'The tool "echo" failed' });
    const own = new CallError('UPSTREAM_ERROR', 'The voice service is down', { retryable: true });
    const passed = await refusal(run(catalogue({ run: async () => Promise.reject(own) }).entry('echo')));
    expect(passed).to.include({ name: 'UPSTREAM_ERROR', retryable: true });
  });

  it('answers the reason of an abort, not what the tool made of it', async () => {
    const abort = new AbortController();
    abort.abort(new CallError('CANCELLED', 'enough'));
    const answer = await refusal(
      run(catalogue({ run: async () => Promise.reject(new Error('AbortError')) }).entry('echo'), abort.signal),
    );
    expect(answer).to.include({ name: 'CANCELLED' });
  });
});
