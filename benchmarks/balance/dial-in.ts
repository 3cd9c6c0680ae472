import type { Lease, Random, Registry } from '@callsheet/discovery';
import type { JsonObject } from '@callsheet/protocol';
import type { Agenda } from './agenda.ts';
import type { Member } from './gateway.ts';
import { SimulatedLink } from './link.ts';

export interface DialInParts extends Member {
  readonly registry: Registry;
  readonly agenda: Agenda;
  readonly random: Random;
}

export interface Offer {
  readonly number: number;
  readonly slots: number;
  readonly tools: readonly JsonObject[];
  /** Whether its socket and its heartbeats tell how it is. */
  readonly signals: boolean;
}

const GRACE_MS = 3_000;
const JITTER = 0.1;

/** Registers a worker as `provide()` does, and keeps its lease; with signals, as well as its troubles let it. */
export function dialIn({ registry, agenda, random, worker, troubles }: DialInParts, offer: Offer): void {
  const { number, slots, tools, signals } = offer;
  let link = new SimulatedLink(worker);
  let lease: Lease;
  const register = (epoch: number): void => {
    const facts = {
      instanceId: `simulated-worker-${String(number).padStart(4, '0')}`,
      epoch,
      name: `worker ${number}`,
      version: '1.0.0',
      slots,
    };
    lease = registry.register(facts, tools, link, { heartbeats: signals });
    lease.renew();
  };
  register(1);
  if (!signals) return;

  const beat = (): void => {
    const trouble = troubles.at(agenda.monotonic());
    if (trouble !== 'crash' && trouble !== 'hang') lease.renew();
    agenda.after(lease.heartbeatMs * (1 + JITTER * (2 * random() - 1)), beat);
  };
  beat();
  for (const { from, to } of troubles.of('crash')) {
    agenda.after(from, () => {
      const lost = link;
      lease.disconnected();
      lost.interrupt();
      agenda.after(GRACE_MS, () => lost.giveUp());
    });
    agenda.after(to, () => {
      link = new SimulatedLink(worker);
      register(lease.epoch + 1);
    });
  }
}
