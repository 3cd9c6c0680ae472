import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { bearerChallenge, plainChallenge } from '../../../src/doors/perimeter/challenge.ts';

const wrong = new CallError('UNAUTHENTICATED');
const challenge = bearerChallenge({
  metadataUrl: () => 'https://gate.example/.well-known/oauth-protected-resource/mcp',
  scope: 'tools:call',
});
const METADATA = 'resource_metadata="https://gate.example/.well-known/oauth-protected-resource/mcp"';

describe('a challenge', () => {
  it('says where the metadata is and what to ask for', () => {
    expect(challenge(wrong, { headers: {} })).to.equal(`Bearer realm="callsheet", ${METADATA}, scope="tools:call"`);
  });

  it('speaks of a wrong token only when there was one', () => {
    const expected = `Bearer realm="callsheet", error="invalid_token", ${METADATA}, scope="tools:call"`;
    for (const headers of [{ authorization: 'Bearer x' }, { authorization: 'bearer' }, { 'x-api-key': '' }]) {
      expect(challenge(wrong, { headers })).to.equal(expected);
    }
    for (const headers of [{ authorization: 'Basic x' }, { authorization: 'Bearers x' }, {}]) {
      expect(challenge(wrong, { headers })).not.to.include('error=');
    }
  });

  it('names the scope that is missing', () => {
    const error = new CallError('FORBIDDEN', 'no', { details: { missingScope: 'tools:call' } });
    const text = challenge(error, { headers: { authorization: 'Bearer x' } });
    expect(text).to.equal(`Bearer realm="callsheet", error="insufficient_scope", ${METADATA}, scope="tools:call"`);
  });

  it('is not given where no credential would help', () => {
    for (const error of [
      new CallError('FORBIDDEN'),
      new CallError('FORBIDDEN', 'no', { details: { missingScope: 'a"b' } }),
      new CallError('FORBIDDEN', 'no', { details: { missingScope: 7 } }),
      new CallError('NOT_FOUND', 'no', { details: { missingScope: 'tools:call' } }),
    ]) {
      expect(challenge(error)).to.equal(undefined);
    }
  });

  it('without an authorization server, says only that a bearer token is needed', () => {
    expect(plainChallenge(wrong)).to.equal('Bearer realm="callsheet"');
  });

  it('stays one header of quoted words, whatever is put into it', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('"', '\\', '\r\nSet-Cookie: a=b', '", evil="'),
    );
    fc.assert(
      fc.property(anything, anything, (url, scope) => {
        const error = new CallError('FORBIDDEN', 'no', { details: { missingScope: scope } });
        for (const thrown of [wrong, error]) {
          const text = bearerChallenge({ metadataUrl: () => url, scope })(thrown);
          if (text === undefined) continue;
          expect(text).to.match(/^Bearer (?:[a-z_]+="(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"(?:, |$))+$/);
          expect(text.match(/\b(?:realm|error|resource_metadata|scope)="(?:[^"\\]|\\.)*"/g)).to.have.length(
            thrown === wrong ? 3 : 4,
          );
        }
      }),
    );
  });
});
