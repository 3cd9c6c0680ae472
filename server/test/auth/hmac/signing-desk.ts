import { createSecretKey } from 'node:crypto';
import { type HmacClientSettings, HmacClients } from '../../../src/auth/hmac/hmac-clients.ts';
import { EMPTY_BODY_HASH, type SignedRequest, signatureOf } from '../../../src/auth/hmac/signed-request.ts';
import { type HmacRequest, HmacVerifier, type HmacVerifierOptions } from '../../../src/auth/hmac/verify.ts';
import { FakeClock } from '../../fake-clock.ts';

export const STUDIO: HmacClientSettings = {
  id: 'studio-7',
  secret: 'a secret of the studio, long enough to be one',
  role: 'user',
  scopes: ['tools:call'],
  active: true,
};

/** A verifier with one client, and somebody who signs for it. */
export function openDesk(options: Partial<HmacVerifierOptions> = {}, clock = new FakeClock()) {
  const clients = new HmacClients([STUDIO]);
  const verifier = new HmacVerifier({ clients, clock, ...options });
  const seconds = (): number => Math.floor(clock.now() / 1000);
  let signed = 0;
  const nonce = (): string => {
    const bytes = Buffer.alloc(16);
    bytes.writeUInt32BE(++signed);
    return bytes.toString('base64url');
  };
  /** A well-signed request, unless told otherwise. */
  const sign = (
    changes: Partial<SignedRequest> = {},
    { id, secret }: { id: string; secret: string } = STUDIO,
  ): HmacRequest => {
    const where = { method: 'POST', path: '/v1/mcp/tools/call', query: 'a=1&b=%20', host: 'gate.test:8081' };
    const request = { ts: seconds(), nonce: nonce(), ...where, bodyHash: EMPTY_BODY_HASH, ...changes };
    const sig = signatureOf(request, createSecretKey(secret, 'utf8')).toString('base64url');
    return { id, sig, ...request };
  };
  return { clients, clock, verifier, seconds, sign };
}

/** The name of the error and when to come back, or what was answered. */
export function outcomeOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    const { errorName, facts } = error as { errorName: string; facts: { retryAfterMs?: number } };
    return [errorName, facts.retryAfterMs];
  }
}
