import { createHash, createHmac } from 'node:crypto';
import { expect } from 'chai';
import { readAuthorization } from '../../../src/auth/hmac/authorization-header.ts';
import { requestParts } from '../../../src/auth/hmac/request-parts.ts';
import { signRequest } from '../../../src/auth/hmac/sign.ts';
import { hashBody } from '../../../src/auth/hmac/signed-request.ts';
import { openDesk, STUDIO } from './signing-desk.ts';

const AT = { now: () => 1_795_500_000_999, random: (length: number) => Buffer.alloc(length, 0xfb) };

describe('signing a request', () => {
  it('signs exactly the eight lines of the protocol', () => {
    const url = 'https://Gate.Example:8443/v1/mcp/tools/call?b=2&a=%20x';
    const { authorization, credential } = signRequest(STUDIO, { method: 'POST', url, body: '{"tool_name":"ä"}' }, AT);
    const body = createHash('sha256').update('{"tool_name":"ä"}', 'utf8').digest('hex');
    const lines = ['CALLSHEET-HMAC-SHA256', '1795500000', '-_v7-_v7-_v7-_v7-_v7-w', 'POST', '/v1/mcp/tools/call'];
    const text = [...lines, 'b=2&a=%20x', 'gate.example:8443', body].join('\n');
    const sig = createHmac('sha256', STUDIO.secret).update(text).digest('base64url');
    expect(authorization).to.equal(
      `CALLSHEET-HMAC-SHA256 id=studio-7, ts=1795500000, nonce=-_v7-_v7-_v7-_v7-_v7-w, sig=${sig}`,
    );
    expect(credential).to.deep.equal({
      ...{ type: 'hmac', clientId: 'studio-7', timestamp: 1_795_500_000 },
      ...{ nonce: '-_v7-_v7-_v7-_v7-_v7-w', signature: sig },
    });
  });

  it('gives the signature of a known request, which implementers in other languages can compare', () => {
    const { credential } = signRequest(STUDIO, { url: 'ws://127.0.0.1:8081/rpc' }, AT);
    expect(credential.signature).to.equal('5aAwPvHCixQ7Mk5X5zBlBWJXjYGIPSd3Z1iupjdzNug');
  });

  it('makes what the gateway takes, from the header of an upgrade and from the opening message', () => {
    const { verifier, clock } = openDesk();
    const upgrade = { method: 'GET', url: '/rpc?trace=1', headers: { host: 'gate.test:8081' } };
    const sign = () => signRequest(STUDIO, { url: 'ws://gate.test:8081/rpc?trace=1' }, { now: () => clock.now() });
    const header = readAuthorization(sign().authorization);
    if (header === undefined) throw new Error('the header cannot be read');
    expect(verifier.identify({ ...header, ...requestParts(upgrade) })).not.to.equal(undefined);
    const { clientId: id, timestamp: ts, nonce, signature: sig } = sign().credential;
    expect(verifier.identify({ id, ts, nonce, sig, ...requestParts(upgrade) })).not.to.equal(undefined);
  });

  it('makes another nonce each time', () => {
    const nonces = Array.from(
      { length: 100 },
      () => signRequest(STUDIO, { url: 'ws://gate.test/rpc' }).credential.nonce,
    );
    expect(new Set(nonces)).to.have.property('size', 100);
  });
});

describe('the parts of a request', () => {
  it('are what was sent: nothing decoded, nothing put in order, everything after the first question mark', () => {
    const url = '/a%2Fb/../c?x=%3f&y=?&';
    expect(requestParts({ method: 'PUT', url, headers: { host: 'H:1' } }, hashBody('x'))).to.deep.equal({
      ...{ method: 'PUT', path: '/a%2Fb/../c', query: 'x=%3f&y=?&', host: 'H:1', bodyHash: hashBody('x') },
    });
  });

  it('are empty where nothing was sent', () => {
    expect(requestParts({ headers: {} })).to.deep.equal({
      ...{ method: '', path: '', query: '', host: '' },
      bodyHash: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    });
  });
});
