import type { CallError } from '@callsheet/protocol';
import { CallLimit } from './call-limit.ts';
import { type CallRules, type LimitKind, RuleBook } from './call-rules.ts';
import { DEFAULT_MAX_KEYS } from './gcra-map.ts';
import { sameRate } from './rate.ts';

export interface CallLimiterOptions {
  readonly rules: CallRules;
  /** Whether a pattern of the rules stands for a tool. */
  readonly matches: (pattern: string, tool: string) => boolean;
  /** Callers each limit remembers, 100,000 when not said; `GcraMap` says what happens beyond. */
  readonly maxCallers?: number;
}

/** The caller's limit for every role that has none of its own. */
const ANY_ROLE = '';

/**
 * How often who may call which tool. Which limits a call has to pass is decided once for each role and tool; what is left
 * per call is arithmetic on the cells of those limits, and nothing is allocated unless the call is refused.
 *
 * Callers and roles must be verified and tools come from the catalogue: what is remembered is bounded by their numbers.
 */
export class CallLimiter {
  readonly #matches: (pattern: string, tool: string) => boolean;
  readonly #maxCallers: number;
  #book: RuleBook;
  /** By kind and subject. */
  readonly #limits = new Map<string, CallLimit>();
  /** By role, then by tool: the limits in the order in which a refusal names them. */
  readonly #roads = new Map<string, Map<string, readonly CallLimit[]>>();

  /** @throws Error when a rate makes no sense. */
  constructor({ rules, matches, maxCallers = DEFAULT_MAX_KEYS }: CallLimiterOptions) {
    this.#matches = matches;
    this.#maxCallers = maxCallers;
    this.#book = new RuleBook(rules, matches);
  }

  /**
   * Takes other rules from now on. A limit whose rate stays the same keeps its debts; one that changes starts anew. A
   * principal that calls under two roles with rates of their own is counted under each.
   *
   * @throws Error when a rate makes no sense; the rules so far then stay.
   */
  adopt(rules: CallRules): void {
    const book = new RuleBook(rules, this.#matches);
    for (const [name, { kind, subject, rate }] of this.#limits) {
      if (!sameRate(rate, book.rate(kind, subject))) this.#limits.delete(name);
    }
    this.#book = book;
    this.#roads.clear();
  }

  /**
   * Counts a call, or refuses it at no cost to any limit: all are asked before the first is charged.
   *
   * @param now monotonic, milliseconds.
   * @returns undefined when the call passes, else RATE_LIMITED for the limit that takes longest, with the least
   * `retryAfterMs` after which all of them let it pass.
   */
  take(principalId: string, role: string, tool: string, now: number): CallError | undefined {
    const road = this.#roads.get(role)?.get(tool) ?? this.#plan(role, tool);
    let longest = 0;
    let refusing: CallLimit | undefined;
    for (const limit of road) {
      const wait = limit.wait(principalId, now);
      if (wait > longest) {
        longest = wait;
        refusing = limit;
      }
    }
    if (refusing !== undefined) return refusing.refusal(tool, longest);
    for (const limit of road) limit.charge(principalId, now);
    return undefined;
  }

  #plan(role: string, tool: string): readonly CallLimit[] {
    const road = [
      this.#limit('principal', this.#book.hasRole(role) ? role : ANY_ROLE),
      this.#limit('tool', tool),
      this.#limit('shared', tool),
      this.#limit('global', ''),
    ].filter((limit) => limit !== undefined);
    const roads = this.#roads.get(role) ?? new Map<string, readonly CallLimit[]>();
    this.#roads.set(role, roads.set(tool, road));
    return road;
  }

  #limit(kind: LimitKind, subject: string): CallLimit | undefined {
    const name = `${kind} ${subject}`;
    const known = this.#limits.get(name);
    const rate = this.#book.rate(kind, subject);
    if (known !== undefined || rate === undefined) return known;
    const limit = new CallLimit(kind, subject, rate, this.#maxCallers);
    this.#limits.set(name, limit);
    return limit;
  }
}
