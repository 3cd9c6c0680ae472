import { createSecretKey, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto';
import { CallError } from '@callsheet/protocol';
import type { Clock } from '../../clock.ts';
import type { Identity } from '../identity.ts';
import type { HmacClients } from './hmac-clients.ts';
import { NonceMemory } from './nonce-memory.ts';
import { type HmacProof, isProof } from './proof.ts';
import { isSignable, type SignedRequest, signatureOf } from './signed-request.ts';

/** A request as it arrived, and what it shows for itself. */
export interface HmacRequest extends HmacProof, SignedRequest {}

export interface HmacVerifierOptions {
  readonly clients: HmacClients;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  /** How far a time stamp may lie from this machine's clock, either way; 300 s when not said. */
  readonly windowSeconds?: number;
  /** Requests one client may sign within two windows; 100,000 when not said. */
  readonly maxNoncesPerClient?: number;
  /** Of the key that stands in for an unknown client's. */
  readonly random?: (bytes: number) => Uint8Array;
  /** Told why a well signed request is refused, for those who count. */
  readonly onRefused?: ((reason: 'expired' | 'replay') => void) | undefined;
}

const WINDOW_SECONDS = 300;
const MOST_NONCES = 100_000;

/**
 * Checks signed requests: form, client, signature, time stamp, nonce, in this order. A nonce is remembered only after
 * the signature is good; otherwise strangers could fill the memory. Everything is one synchronous step, so of two
 * copies that arrive together exactly one is taken.
 *
 * A time stamp from before the verifier was made is refused, because the memory of nonces did not live through the
 * restart: what was signed before may have been taken before. What remains: a client whose clock runs ahead signs time
 * stamps from after the restart, and a copy of its last requests stays good until the window closes.
 */
export class HmacVerifier {
  readonly #clients: HmacClients;
  readonly #now: () => number;
  readonly #window: number;
  readonly #nonces: NonceMemory;
  readonly #stranger: KeyObject;
  readonly #startedAt: number;
  readonly #onRefused: HmacVerifierOptions['onRefused'];

  /** @throws RangeError for a window or a bound that is no positive whole number. */
  constructor(options: HmacVerifierOptions) {
    const { clients, clock, windowSeconds = WINDOW_SECONDS, maxNoncesPerClient = MOST_NONCES } = options;
    this.#clients = clients;
    this.#onRefused = options.onRefused;
    this.#now = () => clock.now();
    this.#window = positive('window in seconds', windowSeconds);
    this.#startedAt = clock.now();
    this.#nonces = new NonceMemory({
      monotonic: () => clock.monotonic(),
      // A second more than two windows: time stamps are whole seconds, the clock is not.
      keepMs: (2 * windowSeconds + 1) * 1000,
      maxPerClient: positive('number of nonces', maxNoncesPerClient),
      floor: Math.ceil(this.#startedAt / 1000) - 1,
    });
    this.#stranger = createSecretKey((options.random ?? randomBytes)(32));
  }

  /**
   * Who signed the request, or undefined: malformed, unknown client, wrong signature, wrong time, and a copy of an
   * earlier request must look alike to the caller.
   *
   * @throws CallError TOO_MANY_IN_FLIGHT when the client signed more requests than can be remembered, OVERLOADED for a
   * request signed in the very second of the start; both only after a good signature, with `retryAfterMs`.
   */
  identify(request: HmacRequest): Identity | undefined {
    if (!isProof(request) || !isSignable(request)) return undefined;
    const client = this.#clients.find(request.id);
    // An unknown client costs the same work as a known one, so that time does not tell which names exist.
    const expected = signatureOf(request, client?.key ?? this.#stranger);
    const good = timingSafeEqual(expected, Buffer.from(request.sig, 'base64url'));
    if (client === undefined || !good) return undefined;
    if (!this.#isTimely(request.ts)) return this.#refuse('expired');
    return this.#isFirst(request) ? client.identity : this.#refuse('replay');
  }

  /** Nonces remembered for a client. */
  remembered(id: string): number {
    return this.#nonces.held(id);
  }

  #refuse(reason: 'expired' | 'replay'): undefined {
    this.#onRefused?.(reason);
  }

  #isTimely(ts: number): boolean {
    return Math.abs(Math.floor(this.#now() / 1000) - ts) <= this.#window;
  }

  #isFirst({ id, nonce, ts }: HmacProof): boolean {
    const recollection = this.#nonces.remember(id, nonce, ts);
    if (recollection === 'full') {
      const retryAfterMs = Math.max(1, Math.ceil(this.#nonces.roomInMs(id)));
      const says = `Cannot take more signed requests of "${id}" for now; open a session and call through it`;
      throw new CallError('TOO_MANY_IN_FLIGHT', says, { retryAfterMs });
    }
    if (recollection === 'forgotten' && ts === Math.floor(this.#startedAt / 1000)) {
      // Before or after the start? A whole second cannot say, and an honest client deserves to hear when it can.
      const retryAfterMs = Math.max(1, Math.ceil((ts + 1) * 1000 - this.#now()));
      const says = 'Cannot take a request signed in the second the gateway started; sign it again and send it';
      throw new CallError('OVERLOADED', says, { retryAfterMs });
    }
    return recollection === 'new';
  }
}

function positive(what: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new RangeError(`Cannot check signatures with ${value} as the ${what}: give a whole number, 1 or more`);
  }
  return value;
}
