import type { Credentials } from '@callsheet/sdk-core';
import { expect } from 'chai';
import { withoutKeyInPage } from '../src/key-in-page.ts';

const url = 'wss://media.example.com/rpc';
const key = { type: 'secret', algorithm: { name: 'HMAC', hash: { name: 'SHA-256' } }, usages: ['sign'] };

describe('a key in a page', () => {
  const readable: [string, Credentials][] = [
    ['an API key', { type: 'apiKey', apiKey: 'csk_1' }],
    ['a function that gives an API key', { type: 'apiKey', apiKey: () => 'csk_1' }],
    ['a text to sign with', { type: 'hmac', clientId: 'farm', secret: 'csk_1' }],
    ['bytes to sign with', { type: 'hmac', clientId: 'farm', secret: new Uint8Array(3) }],
  ];
  for (const [what, auth] of readable) {
    it(`is refused when it is ${what}, in words that say what to use instead and do not quote it`, () => {
      expect(() => withoutKeyInPage({ url, auth }))
        .to.throw(TypeError, /ticketFrom.*importSecret.*dangerouslyAllowKeyInPage: true/)
        .with.property('message')
        .that.does.not.contain('csk_1');
    });

    it(`is taken when it is ${what} and the danger was named`, () => {
      expect(withoutKeyInPage({ url, auth, dangerouslyAllowKeyInPage: true })).to.deep.equal({ url, auth });
    });
  }

  const fine: (Credentials | undefined)[] = [
    undefined,
    { type: 'none' },
    { type: 'jwt', token: () => 'eyJ' },
    { type: 'ticket', ticket: () => 't' },
    { type: 'hmac', clientId: 'farm', secret: key },
  ];
  for (const auth of fine) {
    it(`is none: ${auth?.type ?? 'no credential'}`, () => {
      const options = auth === undefined ? { url } : { url, auth };
      expect(withoutKeyInPage(options)).to.deep.equal(options);
    });
  }
});
