import { createSecretKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { type ConfiguredTokenKey, loadTokenKeys } from '../../../src/auth/tokens/load-keys.ts';
import { openOwnKey } from '../../../src/auth/tokens/own-key.ts';
import type { TokenAlgorithm, TokenKey } from '../../../src/auth/tokens/token-key.ts';
import { TokenKeys } from '../../../src/auth/tokens/token-keys.ts';
import { useTempDir } from '../../temp-dir.ts';
import { ec, ed, own, partnerEc, partnerRsa, rsa, rsaPem } from './keys-of-test.ts';

const key = (alg: TokenAlgorithm, made: TokenKey['key'], use: TokenKey['use'] = 'verify'): TokenKey[] => [
  { kid: 'k', alg, key: made, use },
];

describe('token keys', () => {
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const p384 = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
  const pss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 });
  const unfit: Readonly<Record<string, readonly [TokenKey[], string]>> = {
    'a secret under 32 bytes': [key('HS256', createSecretKey(Buffer.alloc(31))), '31 bytes, and 32 are the least'],
    'a public key as a secret': [key('HS256', rsa.publicKey), 'it is a public key, and HS256 takes a secret'],
    'a secret as a public key': [key('RS256', own.key), 'it is a secret key, and to verify takes a public one'],
    'a private key to verify': [key('RS256', rsa.privateKey), 'it is a private key, and to verify takes a public one'],
    'a public key to sign': [key('ES256', ec.publicKey, 'sign'), 'to sign takes a private one'],
    'RSA under 2,048 bits': [key('PS256', weak.publicKey), '1024 bits, and 2048 are the least'],
    'RSA bound to other parameters': [key('PS256', pss.publicKey), 'it is of type rsa-pss'],
    'a curve for RSA': [key('RS256', ec.publicKey), 'it is of type ec, and RS256 takes RSA'],
    'RSA for a curve': [key('ES256', rsa.publicKey), 'it is of type rsa, and ES256 takes an elliptic curve'],
    'another curve': [key('ES256', p384.publicKey), 'on the curve secp384r1, and ES256 takes P-256'],
    'an Edwards curve': [key('ES256', ed.publicKey), 'it is of type ed25519'],
  };
  for (const [what, [keys, words]] of Object.entries(unfit)) {
    it(`refuses ${what}, and says why`, () => {
      expect(() => new TokenKeys(keys))
        .to.throw(`Cannot use the token key "k" for ${keys[0]?.alg}: `)
        .with.property('message')
        .that.contains(words);
    });
  }

  it('refuses two of one name, and two that sign', () => {
    expect(() => new TokenKeys([own, { ...partnerEc, kid: 'own' }])).to.throw('two token keys with the name "own"');
    expect(() => new TokenKeys([own, { ...own, kid: 'other' }])).to.throw('Cannot sign with "own" and "other" both');
  });

  it('finds a key by its name, and without a name only where one key is possible', () => {
    const keys = new TokenKeys([own, partnerRsa, { ...partnerRsa, kid: 'second' }]);
    expect(keys.find('second', 'RS256')).to.include({ kid: 'second' });
    expect(keys.find(undefined, 'HS256')).to.include({ kid: 'own' });
    expect(keys.find(undefined, 'RS256')).to.equal(undefined);
    expect(keys.find(undefined, 'ES256')).to.equal(undefined);
    expect(keys.signing).to.equal(own);
  });

  it('verifies by the public half of a key that signs', () => {
    const keys = new TokenKeys(key('ES256', ec.privateKey, 'sign'));
    expect(keys.find('k', 'ES256')?.verifyWith.type).to.equal('public');
  });
});

describe('configured token keys', () => {
  const directory = useTempDir();
  const load = (entry: ConfiguredTokenKey) => loadTokenKeys({ partner: entry });
  const fault = (entry: ConfiguredTokenKey): Promise<string> =>
    load(entry).then(
      () => expect.fail('it was taken'),
      (error: Error) => error.message,
    );
  const file = (text: string): string => {
    const name = join(directory(), 'key.pem');
    writeFileSync(name, text);
    return name;
  };

  it('are read from PEM, with whom they are of and for', async () => {
    const keyFile = file(rsaPem);
    const [loaded] = await load({ alg: 'RS256', keyFile, issuer: 'https://partner.example', audience: 'us' });
    expect(loaded).to.deep.include({ kid: 'partner', alg: 'RS256', use: 'verify', issuer: 'https://partner.example' });
    expect(loaded?.key.equals(rsa.publicKey)).to.equal(true);
  });

  it('are read from a secret text', async () => {
    const [loaded] = await load({ alg: 'HS256', secret: 'x'.repeat(32) });
    expect(loaded?.key.export().toString()).to.equal('x'.repeat(32));
    expect(loaded).to.not.have.any.keys('issuer', 'audience');
  });

  it('are refused when the file is missing, no key, or private', async () => {
    const privatePem = rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(await fault({ alg: 'RS256', keyFile: join(directory(), 'none') })).to.match(/Cannot read .*"partner" from/);
    expect(await fault({ alg: 'RS256', keyFile: file('no key') })).to.contain('is not a public key in PEM');
    expect(await fault({ alg: 'RS256', keyFile: file(privatePem) })).to.contain('holds a private key');
    expect(await fault({ alg: 'RS256' })).to.contain('neither key_file nor secret');
  });
});

describe('the key a gateway signs with', () => {
  const directory = useTempDir();
  const stored = (): string => join(directory(), 'auth', 'token-key');

  it('is made at the first start, for its owner alone, and stays', async () => {
    const first = await openOwnKey(directory());
    expect(first.key.symmetricKeySize).to.equal(32);
    expect(statSync(stored()).mode & 0o777).to.equal(0o600);
    const second = await openOwnKey(directory());
    expect(second.key.equals(first.key)).to.equal(true);
    expect(second.kid).to.equal(first.kid);
  });

  it('is the configured secret when there is one, and changes its name with it', async () => {
    const one = await openOwnKey(directory(), 'a'.repeat(32));
    const other = await openOwnKey(directory(), 'b'.repeat(32));
    expect(one.key.export().toString()).to.equal('a'.repeat(32));
    expect(one.kid)
      .to.match(/^own-.{8}$/)
      .and.not.equal(other.kid);
  });

  it('is never silently replaced when the file is damaged', async () => {
    await openOwnKey(directory());
    writeFileSync(stored(), 'c2hvcnQ');
    const fault = await openOwnKey(directory()).catch((error: Error) => error.message);
    expect(fault).to.contain(stored()).and.contain('expected 32 bytes');
    expect(readFileSync(stored(), 'utf8')).to.equal('c2hvcnQ');
  });
});
