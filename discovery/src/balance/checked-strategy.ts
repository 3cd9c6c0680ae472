import type { Outcome } from '../outcome.ts';
import { Roster } from './roster.ts';
import type { Candidate, PickHint, Strategy } from './strategy.ts';

const PARTS = ['adopt', 'pick', 'started', 'ended'] as const;

/** Somebody else's strategy, held to the rules: a call must not go to a worker that has left or was ejected. */
export class CheckedStrategy implements Strategy {
  readonly #name: string;
  readonly #strategy: Strategy;
  readonly #roster = new Roster((candidate: Candidate) => ({ candidate, adoption: 0 }));

  /** @throws Error when it lacks one of the four functions. */
  constructor(name: string, strategy: Strategy) {
    const lacking = PARTS.filter((part) => typeof strategy?.[part] !== 'function');
    if (lacking.length > 0) {
      throw new Error(
        `Cannot balance by "${name}": it has no ${lacking.join(', ')}; its factory must return a Strategy`,
      );
    }
    this.#name = name;
    this.#strategy = strategy;
  }

  adopt(available: readonly Candidate[]): void {
    this.#roster.adopt(available);
    this.#strategy.adopt(available);
  }

  /** @throws Error when it picks somebody who is not available. */
  pick(hint: PickHint): Candidate | undefined {
    const candidate = this.#strategy.pick(hint);
    if (candidate === undefined) return undefined;
    const entry = this.#roster.of(candidate);
    if (entry !== undefined && this.#roster.has(entry)) return candidate;
    throw new Error(
      `Cannot use the pick of the strategy "${this.#name}": "${candidate.id}" is not available; pick only from what adopt() was given last`,
    );
  }

  welcomes(candidate: Candidate, waitMs: number): boolean {
    return this.#strategy.welcomes?.(candidate, waitMs) ?? true;
  }

  started(candidate: Candidate): void {
    this.#strategy.started(candidate);
  }

  ended(candidate: Candidate, outcome: Outcome, elapsedMs: number): void {
    this.#strategy.ended(candidate, outcome, elapsedMs);
  }

  explain(candidate: Candidate): Readonly<Record<string, number>> {
    return this.#strategy.explain?.(candidate) ?? {};
  }
}
