import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { expect } from 'chai';
import { type JwksOptions, JwksVerifier } from '../../../src/auth/tokens/jwks.ts';
import type { FakeClock } from '../../fake-clock.ts';
import { clock as clockOfTest, forge, goodClaims, type Members, NOW, nothingRevoked, rules } from './forge.ts';
import { HOSTILE } from './hostile-tokens.ts';
import { type KeyPublisher, keyPublisher } from './key-publisher.ts';
import { ec, ed, rsa, rsaPem, secret } from './keys-of-test.ts';

const issuer = 'https://issuer.example';
const claims: Members = { ...goodClaims, iss: issuer };
const jwk = (key: KeyObject, more: Members): Members => ({ ...key.export({ format: 'jwk' }), use: 'sig', ...more });
const SET = {
  keys: [
    jwk(rsa.publicKey, { kid: 'r', alg: 'RS256' }),
    jwk(rsa.publicKey, { kid: 'p', alg: 'PS256' }),
    jwk(ec.publicKey, { kid: 'e' }),
    jwk(ed.publicKey, { kid: 'd' }),
  ],
};
const token = (alg: string, kid: string, key: KeyObject, more: Members = {}): string =>
  forge({ alg, kid, typ: 'JWT' }, { ...claims, ...more }, key);
const TOKENS: Readonly<Record<string, string>> = {
  RS256: token('RS256', 'r', rsa.privateKey),
  PS256: token('PS256', 'p', rsa.privateKey),
  ES256: token('ES256', 'e', ec.privateKey),
  EdDSA: token('EdDSA', 'd', ed.privateKey),
};
const good = TOKENS.ES256 ?? '';

interface Redirecting {
  end(text?: string): unknown;
  writeHead(status: number, headers: object): Redirecting;
}

describe('tokens of an issuer that publishes its keys', () => {
  let publisher: KeyPublisher;
  let clock: FakeClock;
  let reasons: string[];
  let withdrawn: number;
  beforeEach(async () => {
    publisher = await keyPublisher();
    publisher.answer(SET);
    [clock, reasons, withdrawn] = [clockOfTest(), [], 0];
  });
  afterEach(() => publisher.close());

  const open = (more: Partial<JwksOptions> = {}): Promise<JwksVerifier> =>
    JwksVerifier.open({
      ...{ url: publisher.url, allowLoopbackHttp: true, clock, revocations: nothingRevoked },
      rules: { ...rules, issuer, maxLifetimeSeconds: 2_592_000 },
      onRefused: (reason) => reasons.push(reason),
      onWithdrawn: () => {
        withdrawn += 1;
      },
      ...more,
    });
  const refusal = async (verifier: JwksVerifier, text: string): Promise<string | undefined> => {
    expect(await verifier.identify(text)).to.equal(undefined);
    return reasons.pop();
  };
  /** A token that is good for a month, for tests in which much time passes. */
  const lasting = token('ES256', 'e', ec.privateKey, { exp: NOW + 2_000_000 });

  for (const [alg, text] of Object.entries(TOKENS)) {
    it(`are good when signed with ${alg}`, async () => {
      const verifier = await open();
      const identity = await verifier.identify(text);
      expect(identity?.principal).to.deep.equal({
        id: 'user:issuer.example~_7Vaz_8cvBt4/ada',
        role: 'user',
        scopes: [],
      });
      expect(await verifier.identify(text)).to.equal(identity);
    });
  }

  it('ask the issuer nothing before the first token, and once for many', async () => {
    const verifier = await open();
    expect(publisher.asked()).to.equal(0);
    const identities = await Promise.all(Object.values(TOKENS).map((text) => verifier.identify(text)));
    expect(identities).to.not.include(undefined);
    expect(publisher.asked()).to.equal(1);
  });

  it('are refused like any hostile token, without a word', async () => {
    const verifier = await open();
    for (const [what, [text]] of Object.entries(HOSTILE)) {
      expect(await verifier.identify(text), what).to.equal(undefined);
    }
  });

  it('keep to the same rules for claims', async () => {
    const verifier = await open();
    const signed = (more: Members): string => token('ES256', 'e', ec.privateKey, more);
    expect(await refusal(verifier, signed({ iss: 'callsheet' }))).to.equal('wrong issuer');
    expect(await refusal(verifier, signed({ aud: 'other' }))).to.equal('wrong audience');
    expect(await refusal(verifier, signed({ role: 'root' }))).to.equal('unknown role');
    expect(await refusal(verifier, signed({ scope: '' }))).to.equal('unreadable scope');
    expect(await refusal(verifier, signed({ exp: NOW - 100, iat: NOW - 200 }))).to.equal('expired');
  });

  it('are bound to the algorithm of their key, and to those allowed', async () => {
    const verifier = await open();
    expect(await refusal(verifier, token('PS256', 'r', rsa.privateKey))).to.equal('unknown key');
    const confused = forge({ alg: 'HS256', kid: 'r', typ: 'JWT' }, claims, rsaPem);
    expect(await refusal(verifier, confused)).to.equal('unknown key');
    const strict = await open({ algorithms: ['ES256'] });
    expect(await refusal(strict, TOKENS.EdDSA ?? '')).to.equal('unknown key');
    expect(await strict.identify(good)).to.not.equal(undefined);
  });

  it('are refused when revoked', async () => {
    expect(await refusal(await open({ revocations: { covers: () => true } }), good)).to.equal('revoked');
  });

  it('need no key name where only one published key fits', async () => {
    const verifier = await open();
    expect(await verifier.identify(forge({ alg: 'ES256', typ: 'JWT' }, claims, ec.privateKey))).to.not.equal(undefined);
    publisher.answer({ keys: [...SET.keys, jwk(ec.publicKey, { kid: 'e2' })] });
    const other = await open();
    expect(await refusal(other, forge({ alg: 'ES256', typ: 'JWT' }, claims, ec.privateKey))).to.equal('unknown key');
  });

  it('follow the issuer when it rotates its keys, and end with a key that is withdrawn', async () => {
    const next = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const verifier = await open();
    const old = (await verifier.identify(lasting)) ?? expect.fail('refused');
    const rotated = token('ES256', 'e-next', next.privateKey);

    publisher.answer({ keys: [...SET.keys, jwk(next.publicKey, { kid: 'e-next' })] });
    expect(await refusal(verifier, rotated), 'just asked').to.equal('unknown key');
    clock.advance(30_000);
    expect(await verifier.identify(rotated)).to.not.equal(undefined);
    expect(old.stillGood(), 'both are published').to.equal(true);
    expect(withdrawn).to.equal(0);

    publisher.answer({ keys: [jwk(next.publicKey, { kid: 'e-next' })] });
    clock.advance(300_000);
    expect(await verifier.identify(lasting), 'an old set serves while it is fetched again').to.equal(old);
    await verifier.identify(token('ES256', 'invented', next.privateKey));
    expect(withdrawn).to.equal(1);
    expect(old.stillGood()).to.equal(false);
    expect(await refusal(verifier, lasting)).to.equal('unknown key');
  });

  it('cannot be used to make us ask more often than every thirty seconds', async () => {
    const verifier = await open();
    await verifier.identify(good);
    const invented = Array.from({ length: 50 }, (_, i) => token('ES256', `k${i}`, ec.privateKey));
    await Promise.all(invented.map((text) => verifier.identify(text)));
    expect(publisher.asked()).to.equal(1);
    clock.advance(30_000);
    await Promise.all(invented.map((text) => verifier.identify(text)));
    expect(publisher.asked()).to.equal(2);
  });

  it('stay good for ten minutes more when the issuer is down, and not longer', async () => {
    const faults: unknown[] = [];
    const verifier = await open({ onFault: (error) => faults.push(error) });
    const identity = await verifier.identify(lasting);
    publisher.answer((_request, response) => void response.writeHead(503).end());
    clock.advance(899_999);
    expect(await verifier.identify(lasting)).to.equal(identity);
    clock.advance(1);
    expect(await refusal(verifier, lasting)).to.equal('issuer cannot be reached');
    expect(String(faults[0])).to.contain(publisher.url);
    publisher.answer(SET);
    clock.advance(60_000);
    expect(await verifier.identify(lasting)).to.not.equal(undefined);
  });

  it('are asked about less and less often while the issuer is down', async () => {
    publisher.answer((_request, response) => void response.destroy());
    const verifier = await open();
    const asks: number[] = [];
    for (let second = 0; second < 200; second++) {
      const before = publisher.asked();
      await verifier.identify(good);
      if (publisher.asked() > before) asks.push(second);
      clock.advance(1_000);
    }
    expect(asks).to.deep.equal([0, 1, 3, 7, 15, 31, 63, 123, 183]);
  });

  it('are refused when the issuer sends something else than a short key set', async () => {
    const odd: readonly (object | Parameters<KeyPublisher['answer']>[0])[] = [
      (_request: unknown, response: { end(text: string): void }) => response.end('no JSON'),
      { keys: {} },
      (_request: unknown, response: { end(text: string): void }) =>
        response.end(JSON.stringify({ ...SET, padding: 'x'.repeat(65_536) })),
      (request: { url?: string }, response: Redirecting) =>
        request.url === '/moved'
          ? response.end(JSON.stringify(SET))
          : response.writeHead(302, { location: '/moved' }).end(),
    ];
    for (const what of odd) {
      publisher.answer(what);
      expect(await refusal(await open(), good)).to.equal('issuer cannot be reached');
    }
  });

  it('do not wait for an issuer that never finishes', async () => {
    let heard: () => void = () => {};
    const asked = new Promise<void>((resolve) => {
      heard = resolve;
    });
    publisher.answer((_request, response) => {
      response.write('{"keys":[');
      heard();
    });
    const verifier = await open();
    const answer = refusal(verifier, good);
    await asked;
    clock.advance(5_000);
    expect(await answer).to.equal('issuer cannot be reached');
    expect(clock.pending).to.equal(0);
  });

  it('are not checked with keys that are secret, weak, for encryption, or named twice', async () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const other = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    publisher.answer({
      keys: [
        { kty: 'oct', kid: 'o', alg: 'HS256', k: secret.export().toString('base64url') },
        jwk(ec.privateKey, { kid: 's' }),
        jwk(ec.publicKey, { kid: 'x', use: 'enc' }),
        jwk(weak.publicKey, { kid: 'w' }),
        jwk(other.publicKey, { kid: 'e' }),
        jwk(ec.publicKey, { kid: 'e' }),
        null,
        { kid: 1 },
      ],
    });
    const verifier = await open();
    expect(await refusal(verifier, forge({ alg: 'HS256', kid: 'o', typ: 'JWT' }, claims, secret))).to.equal(
      'unknown key',
    );
    expect(await refusal(verifier, token('ES256', 's', ec.privateKey))).to.equal('unknown key');
    expect(await refusal(verifier, token('ES256', 'x', ec.privateKey))).to.equal('unknown key');
    expect(await refusal(verifier, token('RS256', 'w', weak.privateKey))).to.equal('wrong signature');
    expect(await refusal(verifier, good)).to.equal('wrong signature');
    expect(await verifier.identify(token('ES256', 'e', other.privateKey))).to.not.equal(undefined);
  });

  it('need https, except from this very machine where that is allowed', async () => {
    const fault = (url: string, allowLoopbackHttp: boolean): Promise<string> =>
      open({ url, allowLoopbackHttp }).then(
        () => 'taken',
        (error: Error) => error.message,
      );
    expect(await fault('https://issuer.example/keys', false)).to.equal('taken');
    expect(await fault('http://[::1]:8080/keys', true)).to.equal('taken');
    for (const url of ['http://127.0.0.1/keys', 'file:///etc/passwd', 'keys']) {
      expect(await fault(url, false), url).to.contain(`Cannot fetch keys from "${url}"`);
    }
    expect(await fault('http://issuer.example/keys', true)).to.contain('use an https address');
    expect(await fault('https://ada:secret@issuer.example/', false))
      .to.contain('user name')
      .and.not.contain('secret');
  });

  it('need the package jose, and say so', async () => {
    const load = () => Promise.reject(new Error("Cannot find package 'jose'"));
    const fault = await open({ load }).catch((error: Error) => error.message);
    expect(fault).to.contain('npm install jose');
  });
});
