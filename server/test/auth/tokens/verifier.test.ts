import { expect } from 'chai';
import fc from 'fast-check';
import type { Identity } from '../../../src/auth/identity.ts';
import { issuerName } from '../../../src/auth/tokens/issuer-name.ts';
import type { TokenKey } from '../../../src/auth/tokens/token-key.ts';
import { TokenKeys } from '../../../src/auth/tokens/token-keys.ts';
import { TokenVerifier, type TokenVerifierOptions } from '../../../src/auth/tokens/verifier.ts';
import { clock, forge, goodClaims, NOW, nothingRevoked, rules } from './forge.ts';
import { HOSTILE } from './hostile-tokens.ts';
import { ec, own, partnerEc, partnerPss, partnerRsa, rsa, secret } from './keys-of-test.ts';

const KEYS = [own, partnerRsa, { ...partnerRsa, kid: 'partner-rsa-2' }, partnerPss, partnerEc];

function house(more: Partial<TokenVerifierOptions> = {}) {
  const time = clock();
  const reasons: string[] = [];
  const verifier = new TokenVerifier({
    keys: new TokenKeys(KEYS),
    ...{ rules, revocations: nothingRevoked, now: () => time.now() },
    onRefused: (reason) => reasons.push(reason),
    ...more,
  });
  return { verifier, reasons, time };
}

/** Who, and by which credential. */
function idOf(identity: Identity | undefined): string {
  return `${identity?.principal.id} ${identity?.credential}`;
}

const header = { alg: 'HS256', typ: 'JWT', kid: 'own' };
const good = forge(header, goodClaims, secret);

describe('token verifier', () => {
  it('says who bears a good token, and by which means', () => {
    const identity = house().verifier.identify(good) ?? expect.fail('refused');
    expect(identity.principal).to.deep.equal({ id: 'user:ada', role: 'user', scopes: [] });
    expect(identity).to.include({ means: 'jwt', credential: 'token-1', expiresAt: (NOW + 890) * 1000 });
    expect(identity.stillGood()).to.equal(true);
    expect(Object.isFrozen(identity.principal) && Object.isFrozen(identity.principal.scopes)).to.equal(true);
  });

  for (const [alg, kid, key] of [
    ['RS256', 'partner-rsa', rsa.privateKey],
    ['PS256', 'partner-pss', rsa.privateKey],
    ['ES256', 'partner-ec', ec.privateKey],
  ] as const) {
    it(`takes ${alg} under a key for it`, () => {
      const token = forge({ alg, kid, typ: 'at+jwt' }, goodClaims, key);
      expect(house().verifier.identify(token)?.principal.id).to.equal('user:ada');
    });
  }

  it('takes a token without a key name where only one key fits', () => {
    expect(house().verifier.identify(forge({ alg: 'HS256', typ: 'JWT' }, goodClaims, secret))).to.not.equal(undefined);
  });

  it('takes the audience among others, a use not before now, and each of several scopes once', () => {
    const claims = { ...goodClaims, aud: ['other', 'callsheet'], nbf: NOW, scope: 'tools:read keys/* tools:read' };
    const identity = house().verifier.identify(forge(header, claims, secret));
    expect(identity?.principal.scopes).to.deep.equal(['tools:read', 'keys/*']);
  });

  it('takes clocks that are off by no more than the tolerance', () => {
    const { verifier } = house();
    for (const claims of [{ iat: NOW + 5 }, { nbf: NOW + 5 }, { exp: NOW - 4 }]) {
      expect(
        verifier.identify(forge(header, { ...goodClaims, ...claims }, secret)),
        JSON.stringify(claims),
      ).not.to.equal(undefined);
    }
  });

  for (const [what, [token, reason]] of Object.entries(HOSTILE)) {
    it(`refuses ${what}`, () => {
      const { verifier, reasons } = house();
      expect(verifier.identify(token)).to.equal(undefined);
      expect(reasons).to.deep.equal([reason]);
    });
  }

  it('never takes a token of which a byte was changed', () => {
    const { verifier } = house();
    expect(verifier.identify(good)).to.not.equal(undefined);
    const bytes = Buffer.from(good);
    const change = fc.record({ at: fc.nat(bytes.length - 1), to: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const changed = Buffer.from(bytes);
        for (const { at, to } of changes) changed[at] = to;
        const token = changed.toString('latin1');
        return (verifier.identify(token) !== undefined) === (token === good);
      }),
      { numRuns: 5_000 },
    );
  });

  it('answers any text at all without throwing', () => {
    const { verifier } = house();
    const part = fc.base64String().map((text) => text.replace(/=+$/, ''));
    const json = fc.json().map((text) => Buffer.from(text).toString('base64url'));
    const tokens = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.oneof(part, json), { minLength: 2, maxLength: 4 }).map((parts) => parts.join('.')),
    );
    fc.assert(
      fc.property(tokens, (token) => verifier.identify(token) === undefined),
      { numRuns: 2_000 },
    );
  });

  it('refuses any claims whose types were shuffled, though they are well signed', () => {
    const { verifier } = house();
    const names = Object.keys(goodClaims);
    const odd = fc.oneof(fc.constant(null), fc.boolean(), fc.constant([]), fc.constant({}), fc.constant(''));
    fc.assert(
      fc.property(fc.constantFrom(...names), odd, (claim, value) => {
        return verifier.identify(forge(header, { ...goodClaims, [claim]: value }, secret)) === undefined;
      }),
    );
  });

  it('holds each key to the issuer and the audience it is for', () => {
    const foreign = { ...partnerEc, issuer: 'https://partner.example', audience: 'https://tools.example/mcp' };
    const { verifier, reasons } = house({ keys: new TokenKeys([own, foreign]) });
    const signed = (claims: object): string =>
      forge({ alg: 'ES256', typ: 'JWT', kid: 'partner-ec' }, { ...goodClaims, ...claims }, ec.privateKey);
    expect(verifier.identify(signed({ iss: foreign.issuer, aud: foreign.audience }))).to.not.equal(undefined);
    expect(verifier.identify(signed({ iss: 'callsheet', aud: foreign.audience }))).to.equal(undefined);
    expect(verifier.identify(signed({ iss: foreign.issuer, aud: 'callsheet' }))).to.equal(undefined);
    expect(verifier.identify(forge(header, { ...goodClaims, iss: foreign.issuer }, secret))).to.equal(undefined);
    expect(reasons).to.deep.equal(['wrong issuer', 'wrong audience', 'wrong issuer']);
  });

  it('tells the subjects and tokens of one issuer from those of another, whoever has which key', () => {
    const issuers = {
      own: 'callsheet',
      a: 'https://id.example/realms/a',
      b: 'https://id.example/realms/b',
      c: 'Partner',
    };
    const of = (kid: string, issuer: string): TokenKey => ({ ...partnerEc, kid, issuer });
    const keys = [own, of('a1', issuers.a), of('a2', issuers.a), of('b', issuers.b), of('c', issuers.c)];
    const { verifier } = house({ keys: new TokenKeys([...keys, { ...partnerEc, kid: 'ours' }]) });
    const who = (kid: string, iss: string): string =>
      idOf(verifier.identify(forge({ alg: 'ES256', typ: 'JWT', kid }, { ...goodClaims, iss }, ec.privateKey)));
    expect(who('ours', issuers.own)).to.equal('user:ada token-1');
    expect(who('a1', issuers.a)).to.equal('user:id.example~T1zKebv4EX73/ada id.example~T1zKebv4EX73/token-1');
    expect(who('a2', issuers.a), 'another key of the same').to.equal(who('a1', issuers.a));
    expect(who('b', issuers.b))
      .to.match(/^user:id\.example~/)
      .and.to.not.equal(who('a1', issuers.a));
    expect(who('c', issuers.c)).to.equal('user:partner~KQNeeE-TBcDr/ada partner~KQNeeE-TBcDr/token-1');
  });

  it('never takes two subjects for one, with slashes or without', () => {
    const issuer = fc.constantFrom('callsheet', 'https://id.example/a', 'https://id.example/b');
    const sub = fc.oneof(
      fc.stringMatching(/^[a-z/~]{1,8}$/),
      fc.tuple(issuer, fc.stringMatching(/^[a-z/]{0,4}$/)).map(([from, rest]) => `${issuerName(from)}/${rest}`),
    );
    const known = new Map<string, string>();
    fc.assert(
      fc.property(issuer, sub, (iss, sub) => {
        const { verifier } = house({ rules: { ...rules, issuer: iss } });
        const id = verifier.identify(forge(header, { ...goodClaims, iss, sub }, secret))?.principal.id;
        if (id === undefined) return iss === 'callsheet' && sub.includes('~');
        const before = known.get(id) ?? JSON.stringify([iss, sub]);
        known.set(id, before);
        return before === JSON.stringify([iss, sub]);
      }),
    );
  });

  it('lets the own issuer speak for nobody elses', () => {
    const { verifier, reasons } = house();
    const foreign = `${issuerName('https://id.example')}/ada`;
    expect(verifier.identify(forge(header, { ...goodClaims, sub: foreign }, secret))).to.equal(undefined);
    expect(verifier.identify(forge(header, { ...goodClaims, jti: foreign }, secret))).to.equal(undefined);
    expect(reasons).to.deep.equal(Array(2).fill('claim missing or of the wrong kind'));
    const ours = verifier.identify(forge(header, { ...goodClaims, sub: 'team/ada' }, secret));
    expect(ours?.principal.id).to.equal('user:team/ada');
  });

  it('reads a member given twice as JSON.parse does: the last one counts, also for the signature', () => {
    const twice = JSON.stringify(goodClaims).replace('"role":"user"', '"role":"admin","role":"user"');
    expect(house().verifier.identify(forge(header, twice, secret))?.principal.role).to.equal('user');
  });

  it('ignores claims that a polluted prototype would add', () => {
    const { role: _role, ...others } = goodClaims;
    Object.defineProperty(Object.prototype, 'role', { value: 'admin', configurable: true, enumerable: false });
    try {
      expect(house().verifier.identify(forge(header, others, secret))).to.equal(undefined);
    } finally {
      Reflect.deleteProperty(Object.prototype, 'role');
    }
  });
});

describe('a token that was good', () => {
  it('answers with the same object, so that what is known about it can be kept', () => {
    const { verifier } = house();
    const first = verifier.identify(good);
    expect(first).to.not.equal(undefined);
    expect(verifier.identify(good)).to.equal(first);
  });

  it('ends with its time, remembered or not, and its session at exp itself', () => {
    const { verifier, reasons, time } = house();
    const identity = verifier.identify(good) ?? expect.fail('refused');
    time.advance(894_999);
    expect(verifier.identify(good)).to.equal(identity);
    expect(identity.expiresAt).to.be.lessThan(time.now());
    time.advance(1);
    expect(identity.stillGood()).to.equal(false);
    expect(verifier.identify(good)).to.equal(undefined);
    expect(reasons).to.deep.equal(['expired']);
  });

  it('ends when it is revoked, remembered or not', () => {
    let revoked = false;
    const { verifier, reasons } = house({ revocations: { covers: ({ jti }) => revoked && jti === 'token-1' } });
    const identity = verifier.identify(good);
    revoked = true;
    expect(identity?.stillGood()).to.equal(false);
    expect(verifier.identify(good)).to.equal(undefined);
    expect(reasons).to.deep.equal(['revoked']);
  });

  it('ends when its role is no longer described', () => {
    let described = true;
    const { verifier } = house({ rules: { ...rules, isRole: () => described } });
    const identity = verifier.identify(good);
    described = false;
    expect(identity?.stillGood()).to.equal(false);
    expect(verifier.identify(good)).to.equal(undefined);
  });

  it('ends when its key is replaced by another of the same name', () => {
    const { verifier } = house();
    const identity = verifier.identify(good);
    verifier.adoptKeys(new TokenKeys([{ ...partnerRsa, kid: 'own' }]));
    expect(identity?.stillGood()).to.equal(false);
    expect(verifier.identify(good)).to.equal(undefined);
  });

  it('ends with its key', () => {
    const keys = new TokenKeys([{ ...own, notAfter: (NOW + 60) * 1000 }]);
    const { verifier, time, reasons } = house({ keys });
    const identity = verifier.identify(good);
    time.advance(60_000);
    expect(identity?.stillGood()).to.equal(false);
    expect(verifier.identify(good)).to.equal(undefined);
    expect(reasons).to.deep.equal(['key is over']);
  });

  it('is forgotten when many others came, and then looked at anew', () => {
    const { verifier } = house({ maxRemembered: 2 });
    const first = verifier.identify(good);
    for (const jti of ['b', 'c']) verifier.identify(forge(header, { ...goodClaims, jti }, secret));
    const again = verifier.identify(good);
    expect(again).to.not.equal(first);
    expect(again).to.deep.include({ credential: 'token-1' });
  });
});
