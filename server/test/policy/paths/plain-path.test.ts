import { posix } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { isAddress } from '../../../src/policy/paths/address.ts';
import { printPath, readPath } from '../../../src/policy/paths/plain-path.ts';

function plain(text: string): string {
  const path = readPath(text);
  return typeof path === 'string' ? `refused: ${path}` : printPath(path);
}

describe('a path in an argument', () => {
  it('loses its detours', () => {
    for (const [text, expected] of [
      ['/Game/Core/Props', '/Game/Core/Props'],
      ['/Game//Core/./Props/', '/Game/Core/Props'],
      ['a/b/../c', 'a/c'],
      ['a\\b\\..\\c', 'a/c'],
      ['D:\\Imports\\Chair.fbx', 'D:/Imports/Chair.fbx'],
      ['d:/', 'd:/'],
      ['\\\\server\\share\\x', '//server/share/x'],
      ['', '.'],
      ['./', '.'],
      ['/', '/'],
      ['...a', '...a'],
      ['/Game/Maps/Demo.Demo:PersistentLevel', '/Game/Maps/Demo.Demo:PersistentLevel'],
      ['100% sure.txt', '100% sure.txt'],
      ['été 😀.mp4', 'été 😀.mp4'],
    ] as const) {
      expect(plain(text), text).to.equal(expected);
    }
  });

  it('is refused when it climbs, or when two systems would read it in two ways', () => {
    for (const [text, fault] of [
      ['../x', 'climbs'],
      ['a/../../x', 'climbs'],
      ['/..', 'climbs'],
      ['D:/../x', 'climbs'],
      ['a\\..\\..\\x', 'climbs'],
      ['a\0b', 'unprintable'],
      ['a\nb', 'unprintable'],
      ['a\u0085b', 'unprintable'],
      ['a\ud800b', 'unprintable'],
      [' /etc/passwd', 'blanks'],
      ['a/.. /b', 'blanks'],
      ['a/ ../b', 'blanks'],
      ['a/.../b', 'blanks'],
      ['a/\u00a0/b', 'blanks'],
      ['%2e%2e/x', 'encoded'],
      ['..%2fx', 'encoded'],
      ['..%5Cx', 'encoded'],
      ['%252e%252e/x', 'encoded'],
      ['a%00b', 'encoded'],
      ['~/.ssh/id_rsa', 'home'],
      ['~root', 'home'],
      ['./~root', 'home'],
      ['a /', 'blanks'],
      ['./file:x', 'address'],
      ['./C:', 'drive'],
      ['C:x', 'drive'],
      ['C:', 'drive'],
      ['C:/a.txt:hidden', 'stream'],
      ['\\\\?\\C:\\x', 'stream'],
      ['\\\\.\\pipe\\x', 'stream'],
      ['file:///etc/passwd', 'address'],
      ['concat:/etc/passwd|b', 'address'],
      ['data:text/plain,x', 'address'],
      ['x'.repeat(4097), 'long'],
    ] as const) {
      expect(plain(text), JSON.stringify(text)).to.equal(`refused: ${fault}`);
    }
  });

  it('leads where the system would go, for every text that is taken', () => {
    const unit = fc.constantFrom('a', 'b', '.', '..', '/', '\\', ' ', '%', '2e', ':', 'C', '~', '*');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 12 }), (text) => {
        const path = readPath(text);
        if (typeof path === 'string') return;
        const slashed = text.replaceAll('\\', '/');
        const printed = printPath(path);
        expect(posix.resolve('/start/here', printed)).to.equal(posix.resolve('/start/here', slashed));
        expect(path.segments).to.not.include.members(['..']);
        expect(readPath(printed)).to.deep.equal(path);
        if (path.root === '') expect(posix.resolve('/start/here', printed)).to.match(/^\/start\/here(\/|$)/);
      }),
      { numRuns: 5_000 },
    );
  });

  it('is told from an address, which is guarded elsewhere', () => {
    for (const text of [
      'asset:ast_123',
      'https://example.com/a.mp4',
      'http://example.com',
      'HTTPS://example.com/?a=b',
    ]) {
      expect(isAddress(text), text).to.equal(true);
    }
    for (const text of [
      ...['asset:../x', 'asset:', 'https://a/../../etc', 'https:/etc', 'https://', 'https://a\\..\\b', 'https://a b'],
      ...['file:///etc/passwd', 'ftp://a', '/etc/passwd', 'https://a/\u0001', 'https://[x/'],
    ]) {
      expect(isAddress(text), text).to.equal(false);
    }
  });
});
