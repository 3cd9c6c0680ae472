import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { refuseCredentialInTarget } from '../../../src/doors/perimeter/target.ts';

describe('a request target', () => {
  for (const target of [
    '/rpc?access_token=x',
    '/rpc?token=x',
    '/rpc?api_key=x',
    '/rpc?apikey=x',
    '/rpc?x-api-key=x',
    '/rpc?key=x',
    '/rpc?authorization=x',
    '/rpc?jwt=x',
    '/rpc?ticket=x',
    '/rpc?TOKEN=x',
    '/rpc?a=1&token=x',
    '/rpc?token',
    '/rpc?t%6Fken=x',
    '/rpc?+token=x',
    '/rpc?x=?&token=x',
    '//?token=x',
    'http://gate.example/rpc?Api-Key=x',
    'http://me:secret@gate.example/rpc',
  ]) {
    it(`is refused with a credential in it: ${target}`, () => {
      expect(() => refuseCredentialInTarget(target))
        .to.throw(CallError, 'never belong in a URL')
        .with.property('errorName', 'UNAUTHENTICATED');
    });
  }

  for (const target of [
    undefined,
    '',
    '*',
    '/',
    '//',
    '/rpc',
    '/rpc?',
    '/assets/a/image/b.png?exp=1&sig=abc',
    '/rpc?tokens=3',
    '/rpc?keyword=token',
    '/a/token=x',
    '/rpc?%',
    '/rpc?%zz=%',
    'http://[',
    'example.com:443',
    '/a@b://c',
  ]) {
    it(`is left to the router: ${target}`, () => refuseCredentialInTarget(target));
  }

  it('never shows what was sent', () => {
    expect(() => refuseCredentialInTarget('/rpc?Token=very-secret'))
      .to.throw(CallError, /"token"/)
      .and.not.match(/very-secret/);
  });

  it('may be anything at all', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.webUrl({ withQueryParameters: true }));
    fc.assert(
      fc.property(text, (target) => {
        try {
          refuseCredentialInTarget(target);
        } catch (error) {
          if (!CallError.is(error)) throw error;
        }
      }),
    );
  });
});
