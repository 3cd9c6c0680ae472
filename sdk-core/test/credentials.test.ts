import { createHmac } from 'node:crypto';
import { expect } from 'chai';
import { refreshBeforeMs } from '../src/credential-keeper.ts';
import { type Credentials, credentialsRule } from '../src/credentials.ts';
import { AuthError, ConnectionError, RpcClientError } from '../src/errors.ts';
import { presentCredential } from '../src/present-credential.ts';
import { NO_BODY_SHA256, signedText } from '../src/signed-text.ts';
import { rejection } from './conversation.ts';

const SECRET = 'hunter2-hunter2';
const key = { type: 'secret', algorithm: { name: 'HMAC', hash: { name: 'SHA-256' } }, usages: ['sign'] };
const signer = {
  sign: (secret: unknown, text: string) => createHmac('sha256', String(secret)).update(text).digest('base64url'),
  nonce: () => 'AAAAAAAAAAAAAAAAAAAAAA',
};
const parts = { url: 'ws://gateway.test/rpc', why: 'connect', wallClock: () => 1_700_000_000_900, signer } as const;

describe('the credentials of a client', () => {
  const good: [string, object][] = [
    ['a key', { type: 'apiKey', apiKey: SECRET }],
    ['a function that gives a key', { type: 'apiKey', apiKey: () => SECRET }],
    ['a token', { type: 'jwt', token: SECRET }],
    ['a function that gives a token', { type: 'jwt', token: () => SECRET, refreshBeforeMs: 5_000 }],
    ['a text to sign with', { type: 'hmac', clientId: 'farm', secret: SECRET }],
    ['bytes to sign with', { type: 'hmac', clientId: 'farm', secret: new Uint8Array(1) }],
    ['a key of WebCrypto', { type: 'hmac', clientId: 'farm', secret: key }],
    ['a function that gives a ticket', { type: 'ticket', ticket: () => SECRET }],
    ['none', { type: 'none' }],
  ];
  for (const [what, credentials] of good) {
    it(`may be ${what}`, () => expect(credentialsRule(credentials)).to.equal(undefined));
  }

  const bad: [string, unknown, string][] = [
    ['no object', SECRET, "expected { type: 'apiKey' | 'jwt' | 'hmac' | 'ticket' | 'none', … }"],
    ['of no kind there is', { type: 'toString', password: SECRET }, "expected { type: 'apiKey' |"],
    ['a key nobody set', { type: 'apiKey', apiKey: undefined }, 'option "apiKey": expected a secret'],
    ['an empty key', { type: 'apiKey', apiKey: '' }, 'option "apiKey": expected a secret'],
    ['a number for a token', { type: 'jwt', token: 7 }, 'option "token": expected a secret'],
    ['a token that is never old', { type: 'jwt', token: SECRET, refreshBeforeMs: 0 }, '1000 to'],
    ['a signature without a name', { type: 'hmac', secret: SECRET }, 'option "clientId"'],
    ['a signature without a secret', { type: 'hmac', clientId: 'farm' }, 'option "secret"'],
    ['no bytes', { type: 'hmac', clientId: 'farm', secret: new Uint8Array() }, 'option "secret"'],
    [
      'a key for something else',
      { type: 'hmac', clientId: 'farm', secret: { ...key, algorithm: { name: 'HMAC', hash: { name: 'SHA-1' } } } },
      'a CryptoKey that signs HMAC with SHA-256',
    ],
    ['a key that may not sign', { type: 'hmac', clientId: 'farm', secret: { ...key, usages: ['verify'] } }, 'signs'],
    ['a ticket that would be used twice', { type: 'ticket', ticket: SECRET }, 'expected a function that gives one'],
    ['more than one', { type: 'jwt', token: SECRET, apiKey: SECRET }, 'there is no option "apiKey"'],
    ['nothing and a key', { type: 'none', apiKey: SECRET }, 'there is no option "apiKey"'],
  ];
  for (const [what, credentials, sentence] of bad) {
    it(`may not be ${what}, and the secret is not quoted`, () => {
      const says = credentialsRule(credentials);
      expect(says).to.contain(sentence);
      expect(says).to.not.contain(SECRET);
    });
  }

  it('are replaced before they end, except those that are always the same', () => {
    const fixed: Credentials[] = [
      { type: 'none' },
      { type: 'apiKey', apiKey: SECRET },
      { type: 'jwt', token: SECRET, refreshBeforeMs: 5_000 },
    ];
    expect(fixed.map(refreshBeforeMs)).to.deep.equal([undefined, undefined, undefined]);
    const fresh: Credentials[] = [
      { type: 'apiKey', apiKey: () => SECRET },
      { type: 'jwt', token: () => SECRET },
      { type: 'jwt', token: () => SECRET, refreshBeforeMs: 5_000 },
      { type: 'hmac', clientId: 'farm', secret: SECRET },
      { type: 'ticket', ticket: () => SECRET },
    ];
    expect(fresh.map(refreshBeforeMs)).to.deep.equal([60_000, 60_000, 5_000, 60_000, 60_000]);
  });
});

describe('showing a credential', () => {
  it('shows a text as it is, and what a function gives', async () => {
    expect(await presentCredential({ type: 'none' }, parts)).to.equal(undefined);
    expect(await presentCredential({ type: 'apiKey', apiKey: 'k' }, parts)).to.deep.equal({
      type: 'apiKey',
      apiKey: 'k',
    });
    const ticket = async () => 't';
    expect(await presentCredential({ type: 'ticket', ticket }, parts)).to.deep.equal({ type: 'ticket', ticket: 't' });
    const token = ({ reason }: { reason: string }) => `token to ${reason}`;
    const shown = await presentCredential({ type: 'jwt', token }, { ...parts, why: 'rejected' });
    expect(shown).to.deep.equal({ type: 'jwt', token: 'token to rejected' });
  });

  it('signs time, nonce and request', async () => {
    const shown = await presentCredential({ type: 'hmac', clientId: 'farm', secret: SECRET }, parts);
    const nonce = 'AAAAAAAAAAAAAAAAAAAAAA';
    const text = `CALLSHEET-HMAC-SHA256\n1700000000\n${nonce}\nGET\n/rpc\n\ngateway.test\n${NO_BODY_SHA256}`;
    const signature = signer.sign(SECRET, text);
    expect(shown).to.deep.equal({ type: 'hmac', clientId: 'farm', timestamp: 1_700_000_000, nonce, signature });
  });

  it('takes a signer that answers later', async () => {
    const later = { ...signer, sign: async () => 'signed' };
    const shown = await presentCredential(
      { type: 'hmac', clientId: 'farm', secret: SECRET },
      { ...parts, signer: later },
    );
    expect(shown).to.include({ signature: 'signed' });
  });

  const faults: [string, () => string | Promise<string>, string][] = [
    [
      'throws',
      () => {
        throw new Error(SECRET);
      },
      'the token function failed',
    ],
    ['rejects', () => Promise.reject(new Error(SECRET)), 'the token function failed'],
    ['gives nothing', () => undefined as unknown as string, 'the token function gave no text'],
    ['gives an empty text', async () => '', 'the token function gave no text'],
  ];
  for (const [what, token, sentence] of faults) {
    it(`is tried again later when a function ${what}`, async () => {
      const error = await rejection(presentCredential({ type: 'jwt', token }, parts));
      expect(error).to.be.instanceOf(ConnectionError).and.include({ code: 'CONNECT_FAILED', retryable: true });
      expect(String(error)).to.contain(sentence).and.not.contain(SECRET);
    });
  }

  it('keeps the cause', async () => {
    const cause = new Error('the token service is down');
    const error = await rejection(presentCredential({ type: 'jwt', token: () => Promise.reject(cause) }, parts));
    expect(error).to.have.property('cause', cause);
  });

  it('is given up when a function says that nobody is logged in', async () => {
    const error = new AuthError('AUTH', 'Log in again');
    expect(await rejection(presentCredential({ type: 'jwt', token: () => Promise.reject(error) }, parts))).to.equal(
      error,
    );
  });

  it('passes on what a function says about trying again, and takes it for no end where it says none', async () => {
    const busy = new ConnectionError('CONNECT_FAILED', 'Cannot get a ticket', { retryable: true, retryAfterMs: 7_000 });
    const failing = (error: Error): Credentials => ({ type: 'ticket', ticket: () => Promise.reject(error) });
    expect(await rejection(presentCredential(failing(busy), parts))).to.equal(busy);
    const closed = new ConnectionError('CLOSED', 'The client was closed');
    const error = await rejection(presentCredential(failing(closed), parts));
    expect(error).to.include({ code: 'CONNECT_FAILED', retryable: true, cause: closed });
  });

  it('is given up where nothing can sign', async () => {
    const hmac: Credentials = { type: 'hmac', clientId: 'farm', secret: SECRET };
    const without = await rejection(presentCredential(hmac, { ...parts, signer: undefined }));
    expect(without).to.be.instanceOf(AuthError).and.include({ retryable: false });
    const broken = { ...signer, sign: () => Promise.reject(new TypeError('not a key for this')) };
    const wrong = await rejection(presentCredential(hmac, { ...parts, signer: broken }));
    expect(String(wrong)).to.contain('Cannot sign: not a key for this');
    const own = new RpcClientError('AUTH', 'Cannot sign on a page without https');
    const insecure = { ...signer, sign: () => Promise.reject(own) };
    expect(await rejection(presentCredential(hmac, { ...parts, signer: insecure }))).to.equal(own);
  });
});

describe('the text under a signature', () => {
  it('names the request as it is sent: escaped path, query without the mark, host in lower case with its port', () => {
    const url = 'https://Media.Example.com:8443/v1/ä b?x=1&y=%2F';
    const text = signedText({ url, method: 'PUT', bodySha256: 'ab' }, 1, 'n');
    expect(text.split('\n')).to.deep.equal([
      'CALLSHEET-HMAC-SHA256',
      '1',
      'n',
      'PUT',
      '/v1/%C3%A4%20b',
      'x=1&y=%2F',
      'media.example.com:8443',
      'ab',
    ]);
  });

  it('has no port where the request would name none', () => {
    expect(signedText({ url: 'wss://h:443/rpc' }, 1, 'n').split('\n')[6]).to.equal('h');
    expect(signedText({ url: 'ws://[::1]:8081/rpc' }, 1, 'n').split('\n')[6]).to.equal('[::1]:8081');
  });
});
