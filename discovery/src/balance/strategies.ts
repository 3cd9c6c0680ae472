import type { Clock, Random } from '../clock.ts';
import { Adaptive } from './adaptive.ts';
import { Affinity } from './affinity.ts';
import { CheckedStrategy } from './checked-strategy.ts';
import { LeastConnections } from './least-connections.ts';
import { PowerOfTwo } from './p2c.ts';
import { RoundRobin } from './round-robin.ts';
import { SlowStart } from './slow-start.ts';
import type { Strategy, StrategyFactory } from './strategy.ts';
import { Weighted } from './weighted.ts';
import { ZoneFirst } from './zone.ts';

export const DEFAULT_STRATEGY = 'adaptive';

const BUILT_IN: Readonly<Record<string, StrategyFactory>> = {
  adaptive: (context) => new Adaptive(context),
  affinity: (context) => new Affinity(context, new Adaptive(context)),
  'least-connections': (context) => new LeastConnections(context),
  p2c: (context) => new PowerOfTwo(context),
  'round-robin': (context) => new RoundRobin(context),
  weighted: (context) => new Weighted(context),
};

const NAME = /^[a-z][a-z0-9-]{0,63}$/;
const MOST_SLOW_START_MS = 3_600_000;

export interface StrategiesOptions {
  readonly clock: Clock;
  readonly random: Random;
  /**
   * How long a newcomer's share grows from a tenth to all of it; 10,000 by default, 0 for at once, up to an hour. Longer
   * for workers that load a model at their first calls.
   */
  readonly slowStartMs?: number;
}

/** The strategies there are, by name. */
export class Strategies {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #slowStartMs: number;
  readonly #factories = new Map(Object.entries(BUILT_IN));

  /** @throws Error when `slowStartMs` is not a time from 0 to an hour. */
  constructor({ clock, random, slowStartMs = 10_000 }: StrategiesOptions) {
    if (!(slowStartMs >= 0 && slowStartMs <= MOST_SLOW_START_MS)) {
      throw new Error(`Cannot start workers slowly over "${slowStartMs}" ms; give 0 to ${MOST_SLOW_START_MS}`);
    }
    this.#clock = clock;
    this.#random = random;
    this.#slowStartMs = slowStartMs;
  }

  /** In alphabetical order. */
  get names(): readonly string[] {
    return [...this.#factories.keys()].sort();
  }

  has(name: string): boolean {
    return this.#factories.has(name);
  }

  /**
   * Adds a strategy of the user's own. Workers warm up and zones come first with it as with ours; `context.warmth` is there
   * for it to heed.
   *
   * @throws Error when the name is taken or malformed.
   */
  register(name: string, factory: StrategyFactory): void {
    const refused = `Cannot register the strategy "${String(name).slice(0, 80)}"`;
    if (typeof name !== 'string' || !NAME.test(name)) {
      throw new Error(`${refused}: a name has 1 to 64 of a-z, 0-9 and "-", and begins with a letter`);
    }
    if (this.#factories.has(name)) throw new Error(`${refused}: the name is taken; choose another`);
    if (typeof factory !== 'function') {
      throw new Error(`${refused} from "${typeof factory}"; give a function that makes a strategy`);
    }
    this.#factories.set(name, (context) => new CheckedStrategy(name, factory(context)));
  }

  /**
   * A strategy for one tool.
   *
   * @throws Error when there is none of that name, or a user's factory makes something else.
   */
  open(name: string = DEFAULT_STRATEGY): Strategy {
    const factory = this.#factories.get(name);
    if (factory === undefined) {
      throw new Error(
        `Cannot balance by "${name.slice(0, 80)}": there is no such strategy; choose one of ${this.names.join(', ')}`,
      );
    }
    const slowStart = new SlowStart(this.#clock, this.#slowStartMs);
    const context = { clock: this.#clock, random: this.#random, warmth: slowStart };
    return new ZoneFirst(() => factory(context), slowStart);
  }
}
