import { expect } from 'chai';
import fc from 'fast-check';
import { Glob, globFault } from '../../../src/policy/paths/glob.ts';
import { readPath } from '../../../src/policy/paths/plain-path.ts';
import { readingsOf } from '../../../src/policy/paths/readings.ts';

function readings(text: string) {
  const path = readPath(text);
  if (typeof path === 'string') throw new Error(`"${text}" is no path: ${path}`);
  return readingsOf(path);
}

const allows = (glob: string, path: string): boolean =>
  Glob.allowing(glob).matches(readings(path), readings(path).exact);
const forbids = (glob: string, path: string): boolean =>
  Glob.forbidding(glob).matches(readings(path), readings(path).wary);

describe('a glob of paths', () => {
  it('means by ** any folders, by * a part of a name, by ? one sign', () => {
    for (const [glob, path, expected] of [
      ['**', '/any/where', true],
      ['**', 'any/where', true],
      ['**', 'D:/any/where', true],
      ['**', '//server/share', false],
      ['//server/**', '//server/share', true],
      ['/Game/Core/**', '/Game/Core', true],
      ['/Game/Core/**', '/Game/Core/a/b', true],
      ['/Game/Core/**', '/Game/Cores', false],
      ['/Game/Core/**', 'Game/Core/a', false],
      ['/Game/Core', '/Game/Core/a/b', true],
      ['/Game/Core/', '/Game/Core/a', true],
      ['media/*', 'media/a.mp4', true],
      ['media/*', 'media/a/b.mp4', false],
      ['media/*', 'media', false],
      ['media/**/*.mp4', 'media/a.mp4', true],
      ['media/**/*.mp4', 'media/a/b/c.mp4', true],
      ['media/**/*.mp4', 'media/a/b/c.mov', false],
      ['a?c', 'abc', true],
      ['a?c', 'a😀c', true],
      ['a?c', 'ac', false],
      ['media/**', 'Media/a', false],
      ['D:/Project/**', 'd:/project/A', true],
      ['D:/Project/**', 'E:/project/A', false],
      ['D:\\Project\\**', 'D:/Project/A', true],
      ['a.c', 'abc', false],
    ] as const) {
      expect(allows(glob, path), `${glob} ${path}`).to.equal(expected);
    }
  });

  it('forbids with a place all that lies in it, under every name some system opens it by', () => {
    for (const [glob, path, expected] of [
      ['**/.*', '.git', true],
      ['**/.*', 'a/.git/config', true],
      ['**/.*', '/home/u/.ssh/id_rsa', true],
      ['**/.*', 'a/b.c', false],
      ['**/secret.txt', 'a/SECRET.TXT', true],
      ['**/secret.txt', 'a/secret.txt. ./x', true],
      ['**/secret.txt', 'a/secret.txt::$DATA', true],
      ['**/secret.txt', 'D:/a/secret.txt.', true],
      ['/etc', '/etc/passwd', true],
      ['/etc', 'etc/passwd', false],
      ['**/été', 'e\u0301te\u0301/x', true],
      ['C:/Windows', 'c:/windows/system32', true],
    ] as const) {
      expect(forbids(glob, path), `${glob} ${path}`).to.equal(expected);
    }
  });

  it('matches as the plain definition says', () => {
    const means = (glob: readonly string[], names: readonly string[]): boolean => {
      const [first, ...rest] = glob;
      if (first === undefined) return names.length === 0;
      if (first === '**') return means(rest, names) || (names.length > 0 && means(glob, names.slice(1)));
      const pattern = new RegExp(`^${first.replaceAll('*', '.*').replaceAll('?', '.')}$`);
      return names.length > 0 && pattern.test(names[0] ?? '') && means(rest, names.slice(1));
    };
    const segment = fc.constantFrom('**', '*', 'a', 'b', 'a*', '*b', '?', '?b', 'a*b*');
    const name = fc.constantFrom('a', 'b', 'ab', 'aab', 'ba');
    const globs = fc.array(segment, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(globs, fc.array(name, { minLength: 1, maxLength: 6 }), (glob, names) => {
        const open = glob.some((segment) => /[*?]/.test(segment));
        const meant = means(open ? glob : [...glob, '**'], names);
        expect(allows(glob.join('/'), names.join('/'))).to.equal(meant);
      }),
      { numRuns: 3_000 },
    );
  });

  it('is refused when it could not mean one thing', () => {
    for (const text of ['', 'a**', '**a/b', '../x', 'a/../../b', 'x'.repeat(513), 'a\0', '~/x', 'file:///x']) {
      expect(globFault(text), text).to.be.a('string');
      expect(() => Glob.allowing(text), text).to.throw('Cannot judge paths by');
    }
    for (const text of ['**', '**/.*', '/Game/**', 'media/**/*.mp4', 'D:/x', '//server/share/**', 'a/./b']) {
      expect(globFault(text), text).to.equal(undefined);
    }
  });
});
