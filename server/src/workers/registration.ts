import type { Lease, LeaseEnd, WorkerStatus } from '@callsheet/discovery';
import {
  type CallError,
  CLOSE_CODES,
  type FailureMessage,
  type Id,
  type JsonObject,
  type SuccessMessage,
} from '@callsheet/protocol';
import type { Clock } from '../clock.ts';
import { Gcra } from '../limits/gcra.ts';
import type { Counterpart } from '../session/counterpart.ts';
import type { Session } from '../session/session.ts';
import type { SocketLink } from './socket-link.ts';

/** What a worker may ask and report: ten times what everybody may, because what it says for many calls comes on one socket. */
const RATE = new Gcra({ calls: 60_000, windowMs: 60_000, burst: 5_999 });

/** How long a sign of life makes a probe needless, in milliseconds: a heartbeat, and an answer to anything it was asked. */
const HEARTBEAT_FRESH_MS = 10_000;
const ANSWER_FRESH_MS = 30_000;

export interface RegistrationFacts {
  readonly session: Session;
  readonly lease: Lease;
  readonly link: SocketLink;
  readonly instanceId: string;
  readonly workKey: string;
  readonly tools: readonly string[];
  readonly clock: Pick<Clock, 'monotonic'>;
}

/** One registration of a worker, seen from its session: what is heard there goes to the lease and the link. */
export class Registration implements Counterpart {
  readonly rate = RATE;
  readonly facts: RegistrationFacts;
  #draining = false;
  #renewedAt = Number.NEGATIVE_INFINITY;
  #answeredAt = Number.NEGATIVE_INFINITY;

  constructor(facts: RegistrationFacts) {
    this.facts = facts;
    const { lease, link } = facts;
    lease.onEnd((end) => {
      if (end !== 'resumed') link.lost(REASONS[end]);
    });
  }

  answered(message: SuccessMessage | FailureMessage): boolean {
    const known = this.facts.link.answered(message);
    if (known) this.#answeredAt = this.facts.clock.monotonic();
    return known;
  }

  /** @throws CallError CONFLICT when the lease has ended; INVALID_PARAMS */
  renew(status: WorkerStatus): void {
    this.facts.lease.renew(status);
    this.#renewedAt = this.facts.clock.monotonic();
  }

  /**
   * Whether it is well. Asked only when it has not just said so by itself: a fleet that is idle shall not be woken twice as
   * often as it is.
   */
  async probe(signal: AbortSignal): Promise<void> {
    const now = this.facts.clock.monotonic();
    if (now - this.#renewedAt < HEARTBEAT_FRESH_MS && now - this.#answeredAt < ANSWER_FRESH_MS) return;
    await this.facts.link.ping(signal);
  }

  garbled(id: Id, error: CallError): boolean {
    return this.facts.link.garbled(id, error);
  }

  reported(params: JsonObject): boolean {
    return this.facts.link.reported(params);
  }

  heard(): void {
    this.facts.lease.heard();
  }

  /** It takes no new calls, and says goodbye when it has none left. @throws CallError CONFLICT when the lease has ended */
  drain(): void {
    this.facts.lease.drain();
    this.#draining = true;
  }

  /** The session is over. */
  ended(closeCode: number | undefined): void {
    const { lease, link } = this.facts;
    if (this.#draining && closeCode === CLOSE_CODES.NORMAL.code) {
      lease.release('it said goodbye');
      return;
    }
    // First the lease: whatever is asked again because of this must not be asked here.
    lease.disconnected();
    link.disconnected();
  }
}

const REASONS: Readonly<Record<Exclude<LeaseEnd, 'resumed'>, string>> = {
  lost: 'its connection is lost and it did not come back',
  released: 'it said goodbye',
  forgotten: 'it was silent for too long',
  closed: 'the gateway goes down',
};
