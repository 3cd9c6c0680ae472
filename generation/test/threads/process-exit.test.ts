import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';

const execute = promisify(execFile);

describe('a process with a pool', () => {
  it('ends by itself when its work is done, although the pool was never closed', async () => {
    const script = fileURLToPath(new URL('./lonely-process.ts', import.meta.url));
    const flags = ['--import', 'tsx', '--conditions=source'];
    const { stdout, stderr } = await execute(process.execPath, [...flags, script], { timeout: 55_000 });
    expect(stdout).to.equal('counted\n');
    expect(stderr).to.equal('');
  });
});
