import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { checkWish, type KeyWish } from '../../src/auth/key-wish.ts';
import { isScope } from '../../src/auth/scope.ts';

const NOW = Date.UTC(2026, 0, 1);
const ROLES = ['admin', 'user'];

function problems(wish: Partial<KeyWish>): readonly string[] {
  try {
    checkWish({ role: 'user', ...wish }, ROLES, NOW);
    return [];
  } catch (error) {
    expect(error).to.be.instanceOf(CallError);
    return error instanceof CallError ? (error.facts.issues ?? []).map(({ path }) => path) : [];
  }
}

describe('a wish for a key', () => {
  it('may say nothing but the role', () => {
    expect(checkWish({ role: 'user' }, ROLES, NOW)).to.deep.include({ name: 'unnamed', role: 'user', scopes: [] });
  });

  for (const [what, wish, path] of [
    ['a role that is not there', { role: 'king' }, '/role'],
    ['a name from the prototype of objects as role', { role: 'constructor' }, '/role'],
    ['an empty name', { name: '' }, '/name'],
    ['an endless name', { name: 'x'.repeat(65) }, '/name'],
    ['a name that moves the cursor', { name: 'a\u001b[2Jb' }, '/name'],
    ['a name that turns the line around', { name: 'a\u202eb' }, '/name'],
    ['a scope that is none', { scopes: ['tools:read', 'tools:write'] }, '/scopes/1'],
    ['too many scopes', { scopes: Array<string>(65).fill('a') }, '/scopes'],
    ['an origin with a path', { allowedOrigins: ['https://a.example/x'] }, '/allowedOrigins/0'],
    ['the null origin', { allowedOrigins: ['null'] }, '/allowedOrigins/0'],
    ['a principal with a blank', { principal: 'a b' }, '/principal'],
    ['an environment that is none', { environment: 'prod' as 'live' }, '/environment'],
    ['no days', { expiresInDays: 0 }, '/expiresInDays'],
    ['half a day', { expiresInDays: 0.5 }, '/expiresInDays'],
    ['days without end', { expiresInDays: Infinity }, '/expiresInDays'],
    ['two ends', { expiresInDays: 1, expiresAt: '2027-01-01T00:00:00Z' }, '/expiresAt'],
    ['an end that was', { expiresAt: '2026-01-01T00:00:00Z' }, '/expiresAt'],
    ['an end in another age', { expiresAt: '2066-01-01T00:00:00Z' }, '/expiresAt'],
    ['an end on no day of the calendar', { expiresAt: '2026-02-30T00:00:00Z' }, '/expiresAt'],
    ['an end without a zone', { expiresAt: '2026-02-03T00:00:00' }, '/expiresAt'],
    ['an end in words', { expiresAt: 'tomorrow' }, '/expiresAt'],
  ] as const satisfies readonly (readonly [string, Partial<KeyWish>, string])[]) {
    it(`is refused for ${what}`, () => {
      expect(problems(wish)).to.deep.equal([path]);
    });
  }

  it('is told everything that is wrong at once, and nothing a terminal would obey', () => {
    const wish = { role: 'king', name: '\u001b', scopes: ['\u0007 \u009b'], expiresInDays: -1 };
    expect(problems(wish)).to.have.members(['/role', '/name', '/scopes/0', '/expiresInDays']);
    expect(() => checkWish(wish, ROLES, NOW)).to.throw(CallError, /^[^\p{C}]+$/u);
  });

  it('takes an end in any zone and keeps it in one', () => {
    const { expiresAt } = checkWish({ role: 'user', expiresAt: '2026-02-03T01:00:00+02:00' }, ROLES, NOW);
    expect(expiresAt).to.equal('2026-02-02T23:00:00.000Z');
  });
});

describe('a scope', () => {
  it('is one of two words, or a pattern of a tool or a method', () => {
    for (const good of ['tools:read', 'tools:call', 'generate_*', '*', 'keys/*', 'jobs/submit', 'a'.repeat(128)]) {
      expect(isScope(good), good).to.equal(true);
    }
    for (const bad of ['', ' ', 'tools:', 'tools:write', 'a b', 'a/b/c', '/a', 'a/', 'a\n', 'ä', 'a'.repeat(129)]) {
      expect(isScope(bad), JSON.stringify(bad)).to.equal(false);
    }
  });

  it('holds no letter that would mean something elsewhere', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 12 }), (text) => {
        if (isScope(text) && !text.startsWith('tools:')) expect(text).to.match(/^[\w.*/-]+$/);
      }),
    );
  });
});
