import type { JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import { pathNames } from '../../../src/policy/paths/path-names.ts';
import { namesPaths, rewritePaths } from '../../../src/policy/paths/rewrite-paths.ts';

/** Pointer → text of every path found; each is replaced by itself with a mark. */
function found(
  args: JsonObject,
  replace: (text: string) => string = (text) => text,
): [Map<string, string>, JsonObject] {
  const paths = new Map<string, string>();
  const visit = (text: string, pointer: () => string): string => {
    paths.set(pointer(), text);
    return replace(text);
  };
  const rewritten = rewritePaths(args, { kindOf: pathNames(), visit });
  return [paths, rewritten];
}

describe('the paths in arguments', () => {
  it('are known by the last word of their name', () => {
    const kindOf = pathNames();
    for (const name of [
      ...['path', 'Path', 'destPath', 'sequence_path', 'file_path', 'filepath', 'source-path', 'path2', 'path_1'],
      ...['dir', 'outDir', 'work_dir', 'root', 'engineRoot', 'ENGINE_ROOT', 'folder', 'subfolder', 'directory'],
    ]) {
      expect(kindOf(name), name).to.equal('path');
      expect(kindOf(name), `${name}, remembered`).to.equal('path');
    }
    for (const name of ['paths', 'dirs', 'importPaths', 'roots', 'folders', 'directories']) {
      expect(kindOf(name), name).to.equal('paths');
    }
    for (const name of ['pathology', 'rooted', 'text', 'direction', 'folder_name', '', '_', 'x'.repeat(10_000)]) {
      expect(kindOf(name), name.slice(0, 20)).to.equal('plain');
    }
  });

  it('are found at any depth, in lists, and under any name within a plural', () => {
    const [paths] = found({
      destPath: '/a',
      files: [{ path: '/b' }, { name: 'no' }],
      build: { 'odd/~name': { root: '/c' } },
      path: ['/d', ['/e'], { other: 'no', dir: '/f' }],
      paths: { music: '/g', more: [{ voice: '/h' }] },
      dir: { note: 'no', count: 1 },
      root: 7,
    });
    expect([...paths]).to.deep.equal([
      ['/destPath', '/a'],
      ['/files/0/path', '/b'],
      ['/build/odd~1~0name/root', '/c'],
      ['/path/0', '/d'],
      ['/path/1/0', '/e'],
      ['/path/2/dir', '/f'],
      ['/paths/music', '/g'],
      ['/paths/more/0/voice', '/h'],
    ]);
  });

  it('are missed nowhere by the first look', () => {
    const kindOf = pathNames();
    for (const args of [{ path: 'x' }, { a: [{ b: { dir: 1 } }] }, { a: [[{ roots: null }]] }] as JsonObject[]) {
      expect(namesPaths(args, kindOf), JSON.stringify(args)).to.equal(true);
    }
    expect(namesPaths({ a: [1, 'path', null, { b: { c: 'dir' } }] }, kindOf)).to.equal(false);
  });

  it('are replaced in a copy, and the arguments are the same object when nothing is', () => {
    const args = { a: { path: 'x', keep: [1] }, list: [{ dir: 'x' }, { dir: 'y' }], other: { n: 1 } };
    const before = structuredClone(args);
    const [, rewritten] = found(args, (text) => (text === 'x' ? 'z' : text));
    expect(rewritten).to.deep.equal({
      a: { path: 'z', keep: [1] },
      list: [{ dir: 'z' }, { dir: 'y' }],
      other: { n: 1 },
    });
    expect(args).to.deep.equal(before);
    expect(rewritten.other).to.equal(args.other);
    expect(found(args)[1]).to.equal(args);
  });

  it('do not change what an object is, whatever its members are called', () => {
    const args = JSON.parse('{"paths":{"__proto__":"x","constructor":"x"}}');
    const [paths, rewritten] = found(args, () => 'z');
    expect([...paths.keys()]).to.deep.equal(['/paths/__proto__', '/paths/constructor']);
    expect(JSON.stringify(rewritten)).to.equal('{"paths":{"__proto__":"z","constructor":"z"}}');
    expect(Object.getPrototypeOf(rewritten.paths)).to.equal(Object.prototype);
  });
});
