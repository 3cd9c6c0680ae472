import { createHmac, createSecretKey, generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { SignedLinks } from '../../src/assets/links.ts';

const KEY = createSecretKey(Buffer.alloc(32, 1));
const PATH = '/assets/demo/video/a.mp4';
const WEEK = 604_800;

function linksAt(clock: { s: number }, key = KEY): SignedLinks {
  return new SignedLinks({ key, baseUrl: () => 'https://gate.test/', now: () => clock.s * 1000 });
}

function queryOf(url: string): URLSearchParams {
  return new URL(url).searchParams;
}

describe('SignedLinks', () => {
  it('builds an absolute URL that is good for a week, signed over method, path and expiry', () => {
    const url = linksAt({ s: 1000 }).url(PATH);
    const expected = createHmac('sha256', Buffer.alloc(32, 1)).update(`GET\n${PATH}\n605800`).digest('base64url');
    expect(url).to.equal(`https://gate.test${PATH}?exp=605800&sig=${expected}`);
  });

  it('asks for the base each time, for the port is known only after listening', () => {
    let base = 'http://127.0.0.1:1';
    const links = new SignedLinks({ key: KEY, baseUrl: () => base });
    base = 'http://127.0.0.1:2';
    expect(links.url('/x')).to.match(/^http:\/\/127\.0\.0\.1:2\/x\?/);
  });

  it('accepts its own link until the second it expires', () => {
    const clock = { s: 1000 };
    const links = linksAt(clock);
    const query = queryOf(links.url(PATH));
    expect(links.check(PATH, query)).to.deep.equal({ state: 'valid', secondsLeft: WEEK });
    clock.s += WEEK - 1;
    expect(links.check(PATH, query)).to.deep.equal({ state: 'valid', secondsLeft: 1 });
    clock.s += 1;
    expect(links.check(PATH, query)).to.deep.equal({ state: 'expired' });
  });

  it('refuses a link for another path, with another expiry, key, spelling or twice the parameters', () => {
    const links = linksAt({ s: 1000 });
    const query = queryOf(links.url(PATH));
    const changed = (change: (query: URLSearchParams) => void): URLSearchParams => {
      const copy = new URLSearchParams(query);
      change(copy);
      return copy;
    };
    const sig = query.get('sig') ?? '';
    const wrong: Record<string, URLSearchParams> = {
      later: changed((q) => q.set('exp', '605801')),
      'leading zero': changed((q) => q.set('exp', '0605800')),
      exponent: changed((q) => q.set('exp', '6e9')),
      'no expiry': changed((q) => q.delete('exp')),
      'no signature': changed((q) => q.delete('sig')),
      'empty signature': changed((q) => q.set('sig', '')),
      padded: changed((q) => q.set('sig', `${sig}=`)),
      'not ASCII': changed((q) => q.set('sig', 'ü'.repeat(43))),
      'two signatures': changed((q) => q.append('sig', sig)),
      'two expiries': changed((q) => q.append('exp', '605800')),
    };
    for (const [name, given] of Object.entries(wrong)) {
      expect(links.check(PATH, given), name).to.deep.equal({ state: 'invalid' });
    }
    expect(links.check(`${PATH}4`, query)).to.deep.equal({ state: 'invalid' });
    expect(linksAt({ s: 1000 }, createSecretKey(Buffer.alloc(32, 2))).check(PATH, query).state).to.equal('invalid');
  });

  it('refuses every change of one character of the signature, also one that decodes to the same bytes', () => {
    const links = linksAt({ s: 1000 });
    const query = queryOf(links.url(PATH));
    const sig = query.get('sig') ?? '';
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    fc.assert(
      fc.property(fc.nat(sig.length - 1), fc.constantFrom(...alphabet), (at, letter) => {
        fc.pre(sig[at] !== letter);
        const forged = new URLSearchParams(query);
        forged.set('sig', sig.slice(0, at) + letter + sig.slice(at + 1));
        expect(links.check(PATH, forged).state).to.equal('invalid');
      }),
    );
  });

  it('tells a request without a link from one with a bad one', () => {
    expect(linksAt({ s: 0 }).check(PATH, new URLSearchParams('download=1'))).to.deep.equal({ state: 'absent' });
  });

  it('will not sign with a weak or public key, nor for no time', () => {
    const baseUrl = (): string => '';
    const weak = createSecretKey(Buffer.alloc(16));
    const { publicKey } = generateKeyPairSync('ed25519');
    expect(() => new SignedLinks({ key: weak, baseUrl })).to.throw(RangeError, '32 bytes');
    expect(() => new SignedLinks({ key: publicKey, baseUrl })).to.throw(RangeError, '32 bytes');
    expect(() => new SignedLinks({ key: KEY, baseUrl, ttlSeconds: 0 })).to.throw(RangeError, '0 s');
    expect(() => new SignedLinks({ key: KEY, baseUrl, ttlSeconds: 1.5 })).to.throw(RangeError, '1.5 s');
  });
});
