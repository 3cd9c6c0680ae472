import { createHash, createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { readAuthorization } from '../../server/src/auth/hmac/authorization-header.ts';
import { HmacClients } from '../../server/src/auth/hmac/hmac-clients.ts';
import { signRequest } from '../../server/src/auth/hmac/sign.ts';
import { hashBody } from '../../server/src/auth/hmac/signed-request.ts';
import { HmacVerifier } from '../../server/src/auth/hmac/verify.ts';
import { systemClock } from '../../server/src/clock.ts';
import { batchOf, type Contestant } from './measure.ts';

const REQUESTS = 500;
const SIGNER = { id: 'benchmark', secret: randomBytes(32).toString('hex') };
const BODY = randomBytes(1_024);
const WHERE = { method: 'POST', path: '/v1/mcp/tools/call', query: '', host: 'gateway.example' };

/** Everything a signed request costs: its body of 1 KiB hashed, its header read, its signature, time and nonce checked. */
export function signatures(): Contestant {
  const clients = new HmacClients([{ ...SIGNER, role: 'user', active: true }]);
  // Started long ago: requests signed in the second of the start are refused.
  const clock = { ...systemClock, now: () => Date.now() + 10_000 };
  const verifier = new HmacVerifier({ clients, clock: systemClock, maxNoncesPerClient: 10_000_000 });
  const key = createSecretKey(SIGNER.secret, 'utf8');
  const text = `CALLSHEET-HMAC-SHA256\n1795500000\n${'x'.repeat(22)}\nPOST\n/v1/mcp/tools/call\n\nhost\n${'0'.repeat(64)}`;
  const url = `https://${WHERE.host}${WHERE.path}`;
  const sign = (): string => signRequest(SIGNER, { method: WHERE.method, url, body: BODY }, clock).authorization;
  const identify = (header: string): unknown => {
    const proof = readAuthorization(header);
    if (proof === undefined) return undefined;
    const { id, ts, nonce, sig } = proof;
    // Member by member: Node 20 needs longer to spread two objects into one than for the whole signature.
    const { method, path, query, host } = WHERE;
    return verifier.identify({ id, ts, nonce, sig, method, path, query, host, bodyHash: hashBody(BODY) });
  };
  return {
    name: 'HMAC, body of 1 KiB',
    barMicros: 10,
    prepare: () => batchOf(Array.from({ length: REQUESTS }, sign), identify),
    floor: {
      name: 'createHash of the body, createHmac',
      prepare: () =>
        batchOf(Array.from({ length: REQUESTS }), () => {
          createHash('sha256').update(BODY).digest('hex');
          return createHmac('sha256', key).update(text).digest();
        }),
    },
  };
}
