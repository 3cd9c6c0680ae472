import { expect } from 'chai';
import { compareVersions, parseVersion, precedenceKey, type Version } from '../../src/catalogue/version.ts';
import { parseRange } from '../../src/catalogue/version-range.ts';

function version(text: string): Version {
  const parsed = parseVersion(text);
  if (parsed === undefined) throw new Error(`"${text}" was not read`);
  return parsed;
}

describe('semantic versions', () => {
  it('are ordered as SemVer 2.0.0 §11 orders its own examples', () => {
    const ascending = [
      '0.9.9',
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-alpha.beta',
      '1.0.0-beta',
      '1.0.0-beta.2',
      '1.0.0-beta.11',
      '1.0.0-rc.1',
      '1.0.0',
      '2.0.0',
      '2.1.0',
      '2.1.1',
      '10.0.0',
    ].map(version);
    for (const [at, one] of ascending.entries()) {
      for (const [other, than] of ascending.entries()) {
        expect(Math.sign(compareVersions(one, than))).to.equal(Math.sign(at - other));
      }
    }
  });

  it('are equal whatever they were built from', () => {
    expect(compareVersions(version('1.2.3-rc.1+5'), version('1.2.3-rc.1+6.x'))).to.equal(0);
    expect(precedenceKey(version('1.2.3-rc.1+5'))).to.equal(precedenceKey(version('1.2.3-rc.1')));
    expect(precedenceKey(version('1.2.3-rc.1'))).to.not.equal(precedenceKey(version('1.2.3-rc.11')));
  });

  it('are nothing else', () => {
    const none = [
      '',
      '1',
      '1.2',
      '1.2.3.4',
      'v1.2.3',
      ' 1.2.3',
      '1.2.3-',
      '1.2.3+',
      '01.2.3',
      '1.2.3-01',
      '1.2.3-a..b',
      '1.2.x',
    ];
    for (const text of [...none, `1.2.${'9'.repeat(16)}`, `1.2.3-${'9'.repeat(16)}`, `1.2.3-${'a'.repeat(128)}`]) {
      expect(parseVersion(text), text).to.equal(undefined);
    }
  });
});

describe('version ranges', () => {
  // What npm's own «semver» 7.8.6 answers.
  for (const [text, inside, outside] of [
    ['*', '0.0.0 1.2.3 99.0.0', '1.0.0-beta'],
    ['', '0.0.1 3.0.0', '1.0.0-0'],
    ['1.2.3', '1.2.3 1.2.3+build', '1.2.2 1.2.4 1.2.3-rc'],
    ['=1.2.3-rc.1', '1.2.3-rc.1', '1.2.3 1.2.3-rc.2'],
    ['v1.2', '1.2.0 1.2.9', '1.1.9 1.3.0 1.3.0-0'],
    ['1.x', '1.0.0 1.99.99', '0.9.9 2.0.0 1.5.0-a'],
    ['1.2.X', '1.2.0 1.2.7', '1.3.0'],
    ['^1.2.3', '1.2.3 1.3.0 1.99.0', '1.2.2 2.0.0 2.0.0-0 1.3.0-beta'],
    ['^1.2.3-beta.2', '1.2.3-beta.2 1.2.3-beta.10 1.2.3 1.4.0', '1.2.3-beta.1 1.2.4-beta.2 2.0.0-a'],
    ['^0.2.3', '0.2.3 0.2.9', '0.2.2 0.3.0 1.0.0'],
    ['^0.0.3', '0.0.3', '0.0.2 0.0.4'],
    ['^0.0', '0.0.0 0.0.9', '0.1.0'],
    ['^0', '0.0.0 0.9.0', '1.0.0'],
    ['^1', '1.0.0 1.9.9', '0.9.9 2.0.0'],
    ['~1.2.3', '1.2.3 1.2.9', '1.2.2 1.3.0'],
    ['~1.2', '1.2.0 1.2.9', '1.1.9 1.3.0'],
    ['~1', '1.0.0 1.9.0', '2.0.0'],
    ['>1.2', '1.3.0 2.0.0', '1.2.9 1.2.0'],
    ['>1.2.3', '1.2.4', '1.2.3'],
    ['>=1.2', '1.2.0 3.0.0', '1.1.9'],
    ['<1.2', '1.1.9 0.0.0', '1.2.0 1.2.0-0'],
    ['<=1.2', '1.2.9 0.1.0', '1.3.0'],
    ['<=1.2.3', '1.2.3', '1.2.4'],
    ['>= 1.0.0  < 3', '1.0.0 2.9.9', '0.9.9 3.0.0'],
    ['^1 || ^3.1', '1.5.0 3.1.0', '2.0.0 3.0.9 4.0.0'],
    ['<*', '', '0.0.0 1.0.0'],
    ['>x', '', '0.0.0 1.0.0'],
    ['^*', '0.0.0 7.0.0', ''],
  ] as const) {
    it(`"${text}" holds what npm says it holds`, () => {
      const range = parseRange(text);
      for (const one of inside.split(' ').filter(Boolean)) expect(range?.(version(one)), one).to.equal(true);
      for (const one of outside.split(' ').filter(Boolean)) expect(range?.(version(one)), one).to.equal(false);
    });
  }

  it('are nothing else', () => {
    for (const text of [
      'latest',
      '1.2.3.4',
      '^',
      '>',
      '1 - 2',
      '>>1',
      '=>1',
      '1.x.3',
      'x.1',
      '1.2.3-01',
      '1,2',
      'é',
      '01',
    ]) {
      expect(parseRange(text), text).to.equal(undefined);
    }
    expect(parseRange('1 || '.repeat(60))).to.equal(undefined);
  });
});
