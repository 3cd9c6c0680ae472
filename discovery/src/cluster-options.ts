import type { ToolLog } from '@callsheet/protocol';
import type { StrategyFactory } from './balance/strategy.ts';
import type { Clock, Random } from './clock.ts';
import type { GuardRules } from './guard/rules.ts';
import type { HealthCheckerOptions } from './health/probe.ts';
import type { RegistryOptions } from './registry/options.ts';

export interface ClusterOptions {
  /** How workers are chosen, by name; `adaptive`. */
  readonly strategy?: string | undefined;
  /** Strategies of the user's own, by name. */
  readonly strategies?: Readonly<Record<string, StrategyFactory>> | undefined;
  /** How long a newcomer's share grows, in milliseconds; 10,000. */
  readonly slowStartMs?: number | undefined;
  readonly registry?: RegistryOptions | undefined;
  readonly guard?: Partial<GuardRules> | undefined;
  readonly line?: LineOptions | undefined;
  /** False: nothing is tried twice. */
  readonly retry?: false | RetryOptions | undefined;
  /** False, as usual: nobody is asked while another still works on it. */
  readonly hedge?: false | HedgeOptions | undefined;
  readonly health?: HealthCheckerOptions | undefined;
}

/** The calls that wait for a free slot. */
export interface LineOptions {
  /** How many may wait for one tool; 100. */
  readonly limit?: number;
  /** The longest wait; 5,000. */
  readonly longestWaitMs?: number;
}

export interface RetryOptions {
  /** Further attempts per call, over time; 0.2. */
  readonly share?: number;
  /** Further attempts per second on top; 1. */
  readonly perSecond?: number;
  /** The most that can be saved up; 100. */
  readonly burst?: number;
}

export interface HedgeOptions {
  /** Further attempts per call, over time; 0.05. */
  readonly share?: number;
  /** The shortest wait before another worker is asked as well; 100. */
  readonly leastMs?: number;
}

export interface ClusterParts {
  /** The machine's own clock; what waits long goes by a timing wheel on it. */
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Pick<ToolLog, 'warn'>;
  readonly options?: ClusterOptions | undefined;
}
