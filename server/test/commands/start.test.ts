import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { main } from '../../src/main.ts';
import { VERSION } from '../../src/version.ts';
import { useTempDir } from '../temp-dir.ts';
import { fakeTerminal } from './fake-terminal.ts';

describe('the command line', () => {
  const folder = useTempDir();

  it('serves until it is stopped, and ends well', async () => {
    const env = { CALLSHEET_OLLAMA_DETECT: 'false', CALLSHEET_LOG_LEVEL: 'silent' };
    const terminal = fakeTerminal(['--port', '0', '--data-dir', folder()], { env });
    const code = await main({ ...terminal, onStop: (callback) => callback() });
    expect(code).to.equal(0);
    expect(terminal.written.stdout).to.match(/ws:\/\/127\.0\.0\.1:\d+\/rpc/);
    expect(terminal.written.stderr).to.equal('');
  });

  it('ends with 1 and a reason when it cannot serve', async () => {
    const file = join(folder(), 'a file');
    await writeFile(file, '');
    const terminal = fakeTerminal(['start', '--port', '0', '--data-dir', file]);
    expect(await main(terminal)).to.equal(1);
    expect(terminal.written.stdout).to.equal('');
    expect(terminal.written.stderr).to.contain(file);
  });

  it('prints the settings, its version and help', async () => {
    const print = fakeTerminal(['config', 'print', '--port', '9999'], { cwd: folder() });
    expect(await main(print)).to.equal(0);
    expect(print.written.stdout).to.contain('port = 9999 # CALLSHEET_PORT');
    const version = fakeTerminal(['--version']);
    expect(await main(version)).to.equal(0);
    expect(version.written).to.deep.equal({ stdout: `${VERSION}\n`, stderr: '' });
    const help = fakeTerminal(['keys', 'rotate', '--help']);
    expect(await main(help)).to.equal(0);
    expect(help.written.stdout).to.contain('--grace-hours N');
  });

  for (const args of [['dance'], ['--port', 'high'], ['config', 'print', '--config', 'nowhere.toml']]) {
    it(`ends with 2 and a reason after wrong words: ${args.join(' ')}`, async () => {
      const terminal = fakeTerminal(args, { cwd: folder() });
      expect(await main(terminal)).to.equal(2);
      expect(terminal.written.stdout).to.equal('');
      expect(terminal.written.stderr).to.contain(args.at(-1));
    });
  }
});
