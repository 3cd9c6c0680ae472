import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { posix } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { type Machine, thisMachine } from '../../../src/policy/paths/place.ts';
import { printPath, readPath } from '../../../src/policy/paths/plain-path.ts';
import { PathSandbox } from '../../../src/policy/paths/sandbox.ts';
import type { PathRules } from '../../../src/policy/rules.ts';
import { useTempDir } from '../../temp-dir.ts';

const errno = (code: string): Error => Object.assign(new Error(code), { code });
const EMPTY: Machine = {
  folder: '/start',
  windows: false,
  disk: { realpath: async (path) => path, lstat: () => Promise.reject(errno('ENOENT')) },
};

/** The objection, or undefined for a path that may be used. */
async function judge(rules: PathRules, text: string, machine: Machine = EMPTY): Promise<string | undefined> {
  const sandbox = new PathSandbox(rules, machine);
  const path = readPath(text);
  if (typeof path === 'string') return path;
  return sandbox.judge(path) ?? (await sandbox.judgePlaces([{ path }]))?.objection;
}

describe('the path sandbox', () => {
  const rules = { allowed: ['/Game/Core/**', 'media/**', 'D:/Proj/**'], forbidden: ['**/.*', 'media/private'] };

  it('allows what lies within the allowed paths and not within the forbidden ones', async () => {
    for (const text of ['/Game/Core/Props', 'media/a/b.mp4', 'D:\\Proj\\x.uproject', 'media/x/../a', 'd:/PROJ/y']) {
      expect(await judge(rules, text), text).to.equal(undefined);
    }
    for (const text of ['/Game/Art', '/Game', 'medias/a', 'C:/Proj/x', '/media/a', '', '/Game/Core/../Art']) {
      expect(await judge(rules, text), text).to.equal('it lies outside the paths the policy allows');
    }
    for (const text of [
      'media/.git/config',
      '/Game/Core/.env',
      'media/private/x',
      'media/PRIVATE/x',
      '/Game/Core/a/../.x',
    ]) {
      expect(await judge(rules, text), text).to.equal('it lies where the policy forbids');
    }
    for (const text of ['media/../../etc/passwd', '../media/a', '/Game/Core/../../..']) {
      expect(await judge(rules, text), text).to.equal('climbs');
    }
  });

  it('accepts no text whose path lies elsewhere', async () => {
    const unit = fc.constantFrom(
      ...['media', 'Game', 'Core', 'private', '.git', 'etc', '/', '//', '\\', '.', '..', '../', './', ' ', '%2e', 'C:'],
      ...['%', '\0', 'a', ':', '~', '.. '],
    );
    await fc.assert(
      fc.asyncProperty(fc.string({ unit, maxLength: 10 }), async (text) => {
        if ((await judge(rules, text)) !== undefined) return;
        // What a system makes of the text itself, and of the text the tool gets.
        const path = readPath(text);
        if (typeof path === 'string') throw new Error('accepted what is no path');
        for (const seen of [text.replaceAll('\\', '/'), printPath(path)]) {
          const place = posix.resolve('/start', seen);
          expect(place).to.match(/^(\/Game\/Core|\/start\/media)(\/|$)/);
          expect(place).to.not.match(/\/\./);
          expect(place.toLowerCase()).to.not.match(/^\/start\/media\/private(\/|$)/);
        }
      }),
      { numRuns: 4_000 },
    );
  });

  it('never accepts more by one more forbidden glob, nor less by one more allowed one', () => {
    const glob = fc.constantFrom('**', '*', 'a/**', '**/b', 'a/*/c', '/a', '/**/b', '?', 'D:/a');
    const globs = fc.array(glob, { maxLength: 3 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '/', 'D:/'), minLength: 1, maxLength: 6 });
    const takes = (rules: PathRules, text: string): boolean => {
      const path = readPath(text);
      return typeof path !== 'string' && new PathSandbox(rules, EMPTY).judge(path) === undefined;
    };
    fc.assert(
      fc.property(globs, globs, glob, text, (allowed, forbidden, more, text) => {
        const taken = takes({ allowed, forbidden }, text);
        if (!taken) expect(takes({ allowed, forbidden: [...forbidden, more] }, text)).to.equal(false);
        if (taken) expect(takes({ allowed: [...allowed, more], forbidden }, text)).to.equal(true);
      }),
      { numRuns: 2_000 },
    );
  });

  describe('on a disk with links', () => {
    const temp = useTempDir();
    const everything = { allowed: ['**'], forbidden: ['**/.*'] };
    let base = '';
    let machine = EMPTY;

    beforeEach(() => {
      base = realpathSync(temp());
      for (const folder of ['start/media/real', 'start/.hidden', 'outside/deep', 'volume/data']) {
        mkdirSync(posix.join(base, folder), { recursive: true });
      }
      writeFileSync(posix.join(base, 'outside/secret'), 'x');
      for (const [target, link] of [
        ['../../outside', 'start/media/out'],
        ['real', 'start/media/alias'],
        ['../.hidden', 'start/media/shown'],
        ['nowhere', 'start/media/dangling'],
        ['loop', 'start/media/loop'],
        [posix.join(base, 'volume/data'), 'start/volume'],
        [posix.join(base, 'volume'), 'mounted'],
      ] as const) {
        symlinkSync(target, posix.join(base, link));
      }
      machine = thisMachine(posix.join(base, 'start'));
    });

    const within = { allowed: ['media/**'], forbidden: ['**/.*'] };

    it('follows links, also in front of names that do not exist yet', async () => {
      for (const text of ['media/real/new.mp4', 'media/alias/new.mp4', 'media/none/at/all', 'media']) {
        expect(await judge(within, text, machine), text).to.equal(undefined);
      }
      for (const text of ['media/out', 'media/out/secret', 'media/out/new.mp4', 'media/out/deep/a/b']) {
        expect(await judge(within, text, machine), text).to.match(/^with links followed, it lies outside/);
      }
      expect(await judge(within, 'media/shown/x', machine)).to.match(/^with links followed, it lies where/);
      expect(await judge(everything, 'media/shown/x', machine)).to.match(/^with links followed, it lies where/);
      expect(await judge(everything, 'media/out/secret', machine)).to.equal(undefined);
    });

    it('refuses links that lead nowhere or in a circle', async () => {
      expect(await judge(everything, 'media/dangling', machine)).to.equal('a link leads nowhere');
      expect(await judge(everything, 'media/dangling/x', machine)).to.equal('a link leads nowhere');
      expect(await judge(everything, 'media/loop', machine)).to.equal('it cannot be looked at');
    });

    it('takes a rule about a link for what is behind it', async () => {
      const mounted = { allowed: [`${base}/mounted/**`], forbidden: [`${base}/mounted/data/private`] };
      expect(await judge(mounted, `${base}/mounted/data/new`, machine)).to.equal(undefined);
      expect(await judge(mounted, `${base}/mounted/data/private/x`, machine)).to.match(/the policy forbids$/);
      expect(await judge({ ...mounted, allowed: ['**'] }, `${base}/volume/data/private/x`, machine)).to.match(
        /^with links followed, it lies where/,
      );
      expect(await judge({ allowed: ['volume/**'], forbidden: [] }, 'volume/x', machine)).to.equal(undefined);
    });

    it('takes a relative and an absolute way to a place for the same', async () => {
      const absolute = { allowed: ['**'], forbidden: [`${base}/start/media/real`] };
      expect(await judge(absolute, 'media/real/x', machine)).to.match(/the policy forbids$/);
      expect(await judge(absolute, 'media/alias/x', machine)).to.match(/the policy forbids$/);
      const relative = { allowed: ['**'], forbidden: ['media/real'] };
      expect(await judge(relative, `${base}/start/media/real/x`, machine)).to.match(/the policy forbids$/);
    });

    it('does not hold the way to its own folder against a path in it', async () => {
      mkdirSync(posix.join(base, '.data/media'), { recursive: true });
      const hidden = thisMachine(posix.join(base, '.data'));
      expect(await judge(everything, 'media/x', hidden)).to.equal(undefined);
    });

    it('leaves drives of other machines to their letters', async () => {
      expect(await judge({ allowed: ['D:/Proj'], forbidden: [] }, 'D:/Proj/x', machine)).to.equal(undefined);
    });
  });

  it('refuses what it may not look at, and passes on the faults of a disk that are no answer', async () => {
    const failing = (error: Error): Machine => ({
      ...EMPTY,
      disk: {
        realpath: (path) => (path === '/start' ? Promise.resolve(path) : Promise.reject(error)),
        lstat: EMPTY.disk.lstat,
      },
    });
    const all = { allowed: ['**'], forbidden: [] };
    expect(await judge(all, 'a', failing(errno('EACCES')))).to.equal('it cannot be looked at');
    expect(await judge({ ...all, forbidden: ['b'] }, 'a', failing(errno('EACCES')))).to.equal('it cannot be looked at');
    expect(await judge(all, 'a', failing(errno('ENAMETOOLONG')))).to.equal(undefined);
    const none: Machine = { ...EMPTY, disk: { ...EMPTY.disk, realpath: () => Promise.reject(errno('ENOENT')) } };
    expect(await judge(all, 'a', none)).to.equal('there is no /');
  });

  it('reads Windows places without regard to capital letters', async () => {
    const windows: Machine = {
      folder: 'C:\\Media',
      windows: true,
      disk: {
        realpath: async (path) =>
          path.replace(/^C:\\Media\\link/i, 'E:\\Elsewhere').replace(/^Z:/i, '\\\\?\\C:\\Media'),
        lstat: EMPTY.disk.lstat,
      },
    };
    const rules = { allowed: ['videos/**', 'link/ok/**', 'Z:/**'], forbidden: ['**/.*', 'E:/Elsewhere/ok/no'] };
    expect(await judge(rules, 'videos\\a.mp4', windows)).to.equal(undefined);
    expect(await judge(rules, 'link/ok/a', windows)).to.equal(undefined);
    expect(await judge(rules, 'link/ok/NO/a', windows)).to.match(/^with links followed, it lies where/);
    expect(await judge(rules, 'z:/videos/a', windows)).to.equal(undefined);
    expect(await judge({ ...rules, allowed: ['videos/**', 'c:/media'] }, 'C:\\MEDIA\\x', windows)).to.equal(undefined);
  });
});
