import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CancelledError } from '@callsheet/sdk-core';
import { expect } from 'chai';
import { readParams } from '../../src/cli/params.ts';
import { UsageError } from '../../src/cli/usage-error.ts';
import { FakeTerminal } from './fake-terminal.ts';

const bytes = (text: string): Promise<Uint8Array> => Promise.resolve(Buffer.from(text));

describe('--params-json', () => {
  let folder: string;
  let terminal: FakeTerminal;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'callsheet-params-'));
    terminal = new FakeTerminal();
  });
  afterEach(() => rm(folder, { recursive: true }));

  const refusal = async (given: string): Promise<string> => {
    const error = await readParams(given, terminal).then(
      () => expect.fail('it was taken'),
      (reason: unknown) => reason,
    );
    if (!(error instanceof UsageError)) throw error;
    return error.message;
  };

  it('takes JSON, a file, and standard input', async () => {
    const file = join(folder, 'params.json');
    await writeFile(file, '\ufeff{"text":"größer"}\r\n');
    terminal.input = () => bytes('{"from":"input"}');
    expect(await readParams('{"a":[1]}', terminal)).to.deep.equal({ a: [1] });
    expect(await readParams(`@${file}`, terminal)).to.deep.equal({ text: 'größer' });
    expect(await readParams('-', terminal)).to.deep.equal({ from: 'input' });
  });

  it('says where the JSON is wrong, and in what', async () => {
    const file = join(folder, 'params.json');
    await writeFile(file, '{\n  "text": "hi",\n}\n');
    expect(await refusal(`@${file}`)).to.equal(`Cannot read ${file}:3:1: expected a name in double quotes, found "}"`);
    expect(await refusal('{"text": hi}')).to.equal('Cannot read --params-json:1:10: expected a value, found "h"');
    terminal.input = () => bytes('[1,\n2');
    expect(await refusal('-')).to.equal(
      'Cannot read standard input:2:2: expected "," or "]", found the end of the text',
    );
  });

  it('refuses what is no object, no text or no file', async () => {
    expect(await refusal('[]')).to.equal('Cannot use --params-json: expected a JSON object like {"text":"hi"}');
    const file = join(folder, 'latin-1.json');
    await writeFile(file, Buffer.from([0x7b, 0xe9, 0x7d]));
    expect(await refusal(`@${file}`)).to.equal(`Cannot read ${file}: it is not UTF-8 text`);
    expect(await refusal(`@${join(folder, 'none.json')}`)).to.contain('Cannot read the file of --params-json: ENOENT');
  });

  it('stops waiting for standard input at Ctrl-C', async () => {
    const reading = readParams('-', terminal);
    terminal.control.abort('interrupted');
    const error = await reading.catch((reason: unknown) => reason);
    expect(CancelledError.is(error)).to.equal(true);
    expect(CancelledError.is(await readParams('-', terminal).catch((reason: unknown) => reason))).to.equal(true);
  });
});
