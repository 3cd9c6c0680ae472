import { scryptSync } from 'node:crypto';
import { expect } from 'chai';
import { FewAtOnce } from '../../../src/auth/login/few-at-once.ts';
import { readPasswordHash } from '../../../src/auth/login/password-hash.ts';
import { DEFAULT_COST, PasswordHasher } from '../../../src/auth/login/password-hasher.ts';
import { checkPassword } from '../../../src/auth/login/password-rules.ts';
import { CHEAP, PASSWORD, refusal } from './house.ts';

describe('password hasher', () => {
  const hasher = new PasswordHasher({ cost: CHEAP });

  it('makes what scrypt makes, with a new salt each time', async () => {
    const [one, other] = [await hasher.hash(PASSWORD), await hasher.hash(PASSWORD)];
    expect(one).to.not.equal(other);
    const { salt, hash } = readPasswordHash(one);
    expect(salt.length).to.equal(16);
    expect(Buffer.from(hash).equals(scryptSync(PASSWORD, salt, 32, { N: 1024, r: 8, p: 1 }))).to.equal(true);
  });

  it('knows the right password from wrong ones', async () => {
    const stored = await hasher.hash(PASSWORD);
    expect(await hasher.check(PASSWORD, stored)).to.deep.equal({ right: true, outdated: false });
    for (const wrong of ['', `${PASSWORD} `, PASSWORD.toUpperCase()]) {
      expect((await hasher.check(wrong, stored)).right, wrong).to.equal(false);
    }
  });

  it('takes the same letters for the same, however they were typed', async () => {
    const stored = await hasher.hash('caf\u00e9 au lait');
    expect((await hasher.check('cafe\u0301 au lait', stored)).right).to.equal(true);
  });

  it('says when a stored password is cheaper to attack than one made today', async () => {
    const stored = await hasher.hash(PASSWORD);
    const stronger = new PasswordHasher({ cost: { ...CHEAP, ln: 11 } });
    expect(await stronger.check(PASSWORD, stored)).to.deep.equal({ right: true, outdated: true });
    expect(await hasher.check(PASSWORD, await stronger.hash(PASSWORD))).to.deep.equal({ right: true, outdated: false });
  });

  it('works as long when there is no such user', async () => {
    let salts = 0;
    const counted = new PasswordHasher({
      cost: CHEAP,
      random: (bytes) => {
        salts += 1;
        return new Uint8Array(bytes);
      },
    });
    expect(await counted.check(PASSWORD, undefined)).to.deep.equal({ right: false, outdated: false });
    expect(salts, 'a hash was made').to.equal(1);
  });

  it('refuses when two check and 32 wait, and says when to come again', async () => {
    const stored = await hasher.hash(PASSWORD);
    const all = Array.from({ length: 40 }, () => hasher.check(PASSWORD, stored).catch((error: unknown) => error));
    const answers = await Promise.all(all);
    const refused = answers.slice(34);
    expect(answers.slice(0, 34)).to.deep.equal(Array(34).fill({ right: true, outdated: false }));
    for (const error of refused) expect(error).to.include({ errorName: 'TOO_MANY_IN_FLIGHT', retryable: true });
    expect((await hasher.check(PASSWORD, stored)).right, 'and later all is well').to.equal(true);
  });

  it('uses what OWASP names, unless told otherwise', () => {
    expect(DEFAULT_COST).to.deep.equal({ ln: 17, r: 8, p: 1 });
    expect(() => new PasswordHasher({ cost: { ln: 4, r: 8, p: 1 } })).to.throw('Cannot use scrypt');
  });
});

describe('few at once', () => {
  it('runs so many, lets so many wait in order, and goes on after a failure', async () => {
    const places = new FewAtOnce({ running: 2, waiting: 2, retryAfterMs: 7 });
    const begun: string[] = [];
    const ends = new Map<string, () => void>();
    const work = (name: string) => () =>
      new Promise<string>((resolve, reject) => {
        begun.push(name);
        ends.set(name, () => (name === 'a' ? reject(new Error('a failed')) : resolve(name)));
      });
    const all = ['a', 'b', 'c', 'd', 'e'].map((name) => refusal(places.run(work(name))));
    expect(begun).to.deep.equal(['a', 'b']);
    expect(await all[4]).to.equal('TOO_MANY_IN_FLIGHT');
    for (const [name, then] of [
      ['a', 'c'],
      ['b', 'd'],
    ] as const) {
      ends.get(name)?.();
      await all[name === 'a' ? 0 : 1];
      expect(begun.at(-1)).to.equal(then);
    }
    ends.get('c')?.();
    ends.get('d')?.();
    expect(await Promise.all(all)).to.deep.equal(['a failed', 'b', 'c', 'd', 'TOO_MANY_IN_FLIGHT']);
  });
});

describe('password rules', () => {
  it('take length, and ask for no kinds of characters', () => {
    for (const password of [PASSWORD, 'aaaaaaaabc', '\u{1f3ac}\u{1f3a5}\u{1f39e}abcdefg', `${'x'.repeat(250)}yz`]) {
      expect(() => checkPassword(password, 'ada')).to.not.throw();
    }
  });

  const weak: Readonly<Record<string, string>> = {
    'too few characters': 'Tr0ub4dor',
    'few characters that take many bytes': '\u{1f3ac}'.repeat(5),
    'too many characters': 'abc'.repeat(100),
    'the name of the user': 'Ada.Lovelace',
    'what everybody tries': 'Password123',
    'two letters again and again': 'ababababababab',
  };
  for (const [what, password] of Object.entries(weak)) {
    it(`refuse ${what}, without repeating it`, () => {
      expect(() => checkPassword(password, 'ada.lovelace'))
        .to.throw('Cannot take this password')
        .with.property('message')
        .that.does.not.contain(password);
    });
  }
});
