import { FakeClock } from '../../../server/test/fake-clock.ts';
import type { Breaker } from '../../src/guard/breaker.ts';
import { GuardPool, type GuardPoolOptions } from '../../src/guard/pool.ts';
import type { Outcome } from '../../src/outcome.ts';

/** Nothing is spread: the first stay outside takes 10 s exactly. */
const MIDDLE = () => 0.5;

export interface Guarded {
  readonly clock: FakeClock;
  readonly pool: GuardPool;
  guard(id: string): Breaker;
  /** Calls that begin and end, one after the other. */
  calls(id: string, outcome: Outcome, times?: number): void;
  /** Five hard failures. */
  trip(id: string): void;
}

/** A pool of workers "w0", "w1", … on a clock the test turns. */
export function guarded(workers = 4, options: Partial<GuardPoolOptions> = {}): Guarded {
  const clock = new FakeClock();
  const pool = new GuardPool({ clock, random: MIDDLE, ...options });
  for (let n = 0; n < workers; n++) pool.add(`w${n}`, 1);
  const guard = (id: string): Breaker => {
    const found = pool.guard(id);
    if (found === undefined) throw new Error(`No guard for "${id}"`);
    return found;
  };
  const calls = (id: string, outcome: Outcome, times = 1): void => {
    for (let n = 0; n < times; n++) guard(id).ended(guard(id).started(), outcome);
  };
  return { clock, pool, guard, calls, trip: (id) => calls(id, 'hard', 5) };
}
