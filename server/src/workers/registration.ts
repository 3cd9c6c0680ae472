import type { Lease, LeaseEnd } from '@callsheet/discovery';
import {
  type CallError,
  CLOSE_CODES,
  type FailureMessage,
  type Id,
  type JsonObject,
  type SuccessMessage,
} from '@callsheet/protocol';
import { Gcra } from '../limits/gcra.ts';
import type { Counterpart } from '../session/counterpart.ts';
import type { Session } from '../session/session.ts';
import type { SocketLink } from './socket-link.ts';

/** What a worker may ask and report: ten times what everybody may, because what it says for many calls comes on one socket. */
const RATE = new Gcra({ calls: 60_000, windowMs: 60_000, burst: 5_999 });

export interface RegistrationFacts {
  readonly session: Session;
  readonly lease: Lease;
  readonly link: SocketLink;
  readonly instanceId: string;
  readonly workKey: string;
  readonly tools: readonly string[];
}

/** One registration of a worker, seen from its session: what is heard there goes to the lease and the link. */
export class Registration implements Counterpart {
  readonly rate = RATE;
  readonly facts: RegistrationFacts;
  #draining = false;

  constructor(facts: RegistrationFacts) {
    this.facts = facts;
    const { lease, link } = facts;
    lease.onEnd((end) => {
      if (end !== 'resumed') link.lost(REASONS[end]);
    });
  }

  answered(message: SuccessMessage | FailureMessage): boolean {
    return this.facts.link.answered(message);
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
