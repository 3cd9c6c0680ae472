import { createHmac } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { importSecret, webSigner } from '../src/web-signer.ts';

const byNode = (secret: string | Uint8Array, text: string): string =>
  createHmac('sha256', secret).update(text).digest('base64url');

describe('signing in a page', () => {
  it('signs what any other program signs, with texts, bytes and keys', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.string({ minLength: 1, unit: 'grapheme' }), fc.uint8Array({ minLength: 1 })),
        fc.string({ unit: 'grapheme' }),
        async (secret, text) => {
          const expected = byNode(secret, text);
          expect(await webSigner().sign(secret, text)).to.equal(expected);
          const key = await importSecret(secret as string);
          expect(await webSigner().sign(key, text)).to.equal(expected);
        },
      ),
    );
  });

  it('keeps to the secret it is given, though it remembers the last one', async () => {
    const signer = webSigner();
    for (const secret of ['one', 'one', 'two', 'one']) {
      expect(await signer.sign(secret, 'text')).to.equal(byNode(secret, 'text'));
    }
  });

  it('makes keys that sign and cannot be read', async () => {
    const key = await importSecret('secret');
    expect(key).to.deep.include({ extractable: false, usages: ['sign'] });
    expect(await crypto.subtle.exportKey('raw', key).catch((error) => error.name)).to.match(/^InvalidAccess/);
  });

  it('makes nonces of 16 bytes that do not come again', () => {
    const nonces = Array.from({ length: 1_000 }, () => webSigner().nonce());
    expect(new Set(nonces).size).to.equal(1_000);
    for (const nonce of nonces) expect(nonce).to.match(/^[A-Za-z0-9_-]{21}[AQgw]$/);
  });

  describe('without https', () => {
    const own = Object.getOwnPropertyDescriptor(globalThis, 'crypto') ?? {};
    before(() => {
      const insecure = { getRandomValues: crypto.getRandomValues.bind(crypto) };
      Object.defineProperty(globalThis, 'crypto', { value: insecure, configurable: true });
    });
    after(() => {
      Object.defineProperty(globalThis, 'crypto', own);
    });

    it('says what is missing, and where it is not', async () => {
      const sign = async (): Promise<string> => webSigner().sign('secret', 'text');
      expect(await sign().catch((error) => error.message)).to.equal(
        'this page has no WebCrypto; serve it over https, or from localhost',
      );
    });
  });
});
