import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { lstat, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { watchedFolders } from '../../../src/doors/tls/watched-folders.ts';
import { useTempDir } from '../../temp-dir.ts';

describe('folders to watch for a file', () => {
  const folder = useTempDir();
  const at = (...steps: string[]): string => join(folder(), ...steps);

  it('are its own and those of every link on the way', async () => {
    mkdirSync(at('..1'));
    mkdirSync(at('live'));
    writeFileSync(at('..1', 'tls.crt'), '');
    symlinkSync('..1', at('..data'));
    symlinkSync('../..data/tls.crt', at('live', 'tls.crt'));
    expect(await watchedFolders(at('live', 'tls.crt'))).to.have.members([at('live'), folder(), at('..1')]);
  });

  it('are those in which it will appear, when a part of the way is missing', async () => {
    symlinkSync('gone', at('..data'));
    expect(await watchedFolders(at('..data', 'tls.crt'))).to.deep.equal([folder()]);
  });

  it('end at a link that is exchanged while it is read', async () => {
    writeFileSync(at('real.crt'), '');
    symlinkSync('real.crt', at('tls.crt'));
    const exchanged = (path: string): Promise<string> => {
      rmSync(path);
      writeFileSync(path, '');
      return readlink(path);
    };
    expect(await watchedFolders(at('tls.crt'), { lstat, readlink: exchanged })).to.deep.equal([folder()]);
  });

  it('come to an end where links lead in a circle', async () => {
    symlinkSync('b', at('a'));
    symlinkSync('a', at('b'));
    expect(await watchedFolders(at('a'))).to.deep.equal([folder()]);
  });
});
