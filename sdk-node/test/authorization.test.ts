import { createHash, createHmac, webcrypto } from 'node:crypto';
import type { Credentials } from '@callsheet/sdk-core';
import { presentCredential } from '@callsheet/sdk-core/platform';
import { expect } from 'chai';
import fc from 'fast-check';
import { signRequest } from '../../server/src/auth/hmac/sign.ts';
import { authorization, authorizer } from '../src/authorization.ts';
import { nodeSigner } from '../src/node-signer.ts';

const url = 'https://media.example.com/v1/files?name=a%20b';
const HASH = 'ab'.repeat(32);

describe('the header of a credential', () => {
  it('carries keys and tokens as bearer, and a ticket never', async () => {
    const shown = (auth: Credentials): Promise<Record<string, string>> => authorizer(auth)({ url });
    expect(await shown({ type: 'apiKey', apiKey: 'csk_1' })).to.deep.equal({ authorization: 'Bearer csk_1' });
    expect(await shown({ type: 'jwt', token: async () => 'eyJ' })).to.deep.equal({ authorization: 'Bearer eyJ' });
    expect(await shown({ type: 'none' })).to.deep.equal({});
    let asked = 0;
    expect(await shown({ type: 'ticket', ticket: () => `t${++asked}` })).to.deep.equal({});
    expect(asked).to.equal(0);
    expect(authorization({ type: 'ticket', ticket: 't' })).to.deep.equal({});
  });

  it('signs method, path, query, host and body of each request', async () => {
    const show = authorizer({ type: 'hmac', clientId: 'farm', secret: 'secret' }, () => 1_700_000_000_999);
    const { authorization: header = '' } = await show({ url, method: 'PUT', bodySha256: HASH });
    const [, nonce = '', sig] =
      /^CALLSHEET-HMAC-SHA256 id=farm, ts=1700000000, nonce=([\w-]{22}), sig=([\w-]{43})$/.exec(header) ?? [];
    const lines = [
      'CALLSHEET-HMAC-SHA256',
      1_700_000_000,
      nonce,
      'PUT',
      '/v1/files',
      'name=a%20b',
      'media.example.com',
      HASH,
    ];
    expect(sig).to.equal(createHmac('sha256', 'secret').update(lines.join('\n')).digest('base64url'));
    expect((await show({ url, method: 'PUT', bodySha256: HASH })).authorization).to.not.equal(header);
  });
});

describe('signing in Node.js', () => {
  it('signs every request as the gateway reads it', async () => {
    const query = fc.webQueryParameters();
    const address = fc.webUrl({
      validSchemes: ['http', 'https', 'ws', 'wss'],
      withQueryParameters: true,
      size: 'small',
    });
    const method = fc.constantFrom('GET', 'POST', 'PUT');
    await fc.assert(
      fc.asyncProperty(address, query, method, fc.string(), async (base, more, verb, body) => {
        const target = base.includes('?') ? base : `${base}?${more}`;
        const now = (): number => 1_700_000_000_000;
        const random = (): Uint8Array => new Uint8Array(16);
        const expected = signRequest({ id: 'farm', secret: 's' }, { method: verb, url: target, body }, { now, random });
        const signer = { ...nodeSigner, nonce: () => Buffer.from(random()).toString('base64url') };
        const bodySha256 = createHash('sha256').update(body).digest('hex');
        const parts = { url: target, method: verb, bodySha256, why: 'connect', wallClock: now, signer } as const;
        const credential = await presentCredential({ type: 'hmac', clientId: 'farm', secret: 's' }, parts);
        expect(credential).to.deep.equal(expected.credential);
        expect(authorization(credential)).to.deep.equal({ authorization: expected.authorization });
      }),
    );
  });

  it('takes texts, bytes and keys of WebCrypto that cannot be read', async () => {
    const secret = Buffer.from('secret');
    const hash = { name: 'HMAC', hash: 'SHA-256' };
    const key = await webcrypto.subtle.importKey('raw', secret, hash, false, ['sign']);
    const expected = createHmac('sha256', secret).update('täxt').digest('base64url');
    for (const form of ['secret', new Uint8Array(secret), key]) {
      expect(await nodeSigner.sign(form, 'täxt')).to.equal(expected);
    }
  });

  it('makes nonces as the protocol wants them, none twice', () => {
    const nonces = Array.from({ length: 1_000 }, () => nodeSigner.nonce());
    expect(new Set(nonces).size).to.equal(1_000);
    for (const nonce of nonces) expect(nonce).to.match(/^[A-Za-z0-9_-]{21}[AQgw]$/);
  });
});
