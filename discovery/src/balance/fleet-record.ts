import type { Outcome } from '../outcome.ts';
import type { Usual } from './track-record.ts';

const MEMORY = 100;
/** Before the first call; any number would do, as all workers get the same. */
const UNKNOWN_LATENCY_MS = 100;

/**
 * What is usual among all workers of a tool, over about the last hundred calls. It forgets by number only: after a night
 * without calls it still knows how long one takes.
 */
export class FleetRecord implements Usual {
  latencyMs = UNKNOWN_LATENCY_MS;
  successRate = 1;
  #latencies = 0;
  /** The success it begins with counts as one, so that a first failure is not all that is known. */
  #outcomes = 1;

  learn(outcome: Outcome, countedMs: number | undefined): void {
    if (outcome !== 'neutral') {
      this.#outcomes = Math.min(this.#outcomes + 1, MEMORY);
      this.successRate += ((outcome === 'ok' ? 1 : 0) - this.successRate) / this.#outcomes;
    }
    if (countedMs === undefined) return;
    this.#latencies = Math.min(this.#latencies + 1, MEMORY);
    this.latencyMs += (countedMs - this.latencyMs) / this.#latencies;
  }
}
