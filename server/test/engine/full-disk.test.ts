import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { childEnv } from '../child-env.ts';
import { useTempDir } from '../temp-dir.ts';

const SCRIPT = fileURLToPath(new URL('fill-disk.ts', import.meta.url));

describe('a disk that is full', () => {
  const directory = useTempDir();

  it('is answered with STORAGE_FULL; what was acknowledged is read as before, and writing goes on when there is room', function () {
    // A limit on the size of files stands in for the end of the disk.
    if (spawnSync('prlimit', ['--version']).status !== 0) {
      console.log('      skipped: needs prlimit, which is not installed');
      this.skip();
    }
    const node = [
      '--import',
      'tsx',
      '--conditions=source',
      '--disable-warning=ExperimentalWarning',
      SCRIPT,
      directory(),
    ];
    const told = JSON.parse(execFileSync(process.execPath, node, { env: childEnv, encoding: 'utf8' }));
    expect(told.refused).to.deep.equal(['STORAGE_FULL', 'STORAGE_FULL', 'STORAGE_FULL']);
    expect(told.accepted).to.be.greaterThan(3);
    expect(told.readable).to.equal(told.accepted);
    expect(told.afterwards).to.equal(told.accepted + 1);
    expect(told.integrity).to.equal('ok');
  });
});
