import { type Match, matcher, matchKey } from './match.ts';
import { type Selection, select } from './selection.ts';
import type { Endpoint } from './worker.ts';

/** Different matches one tool remembers the answers of. */
const MOST_ANSWERS = 64;

/** One tool and everybody who offers it. Never changes. */
export class CatalogueEntry {
  /** Everybody, in whatever state, in the order they came. */
  readonly endpoints: readonly Endpoint[];
  readonly #answers = new Map<string, Selection | undefined>();
  #usual: Selection | undefined;

  constructor(endpoints: Iterable<Endpoint>) {
    this.endpoints = Object.freeze([...endpoints]);
  }

  /** The answer to who asks for nothing in particular. Worked out at the first question: many a snapshot is asked none. */
  get usual(): Selection | undefined {
    this.#usual ??= select(this.endpoints);
    return this.#usual;
  }

  /** Worked out at the first question of its kind. @throws CallError INVALID_PARAMS when the version range is none. */
  select(match: Match): Selection | undefined {
    const key = matchKey(match);
    const known = this.#answers.get(key);
    if (known !== undefined || this.#answers.has(key)) return known;
    const answer = select(this.endpoints.filter(matcher(match)));
    // Callers choose the keys, so there is a bound; whoever keeps to a few ranges never meets it.
    if (this.#answers.size >= MOST_ANSWERS) this.#answers.clear();
    this.#answers.set(key, answer);
    return answer;
  }
}

/**
 * Who offers which tool, at one moment. A snapshot never changes; it shares the entries of unchanged tools with the one before,
 * so the same `Selection` object means that nothing changed for that tool.
 */
export class Catalogue {
  /** Grows with every change; the number of the newest change this snapshot knows of. */
  readonly revision: number;
  /** True when the source of what it says cannot be reached: it may be old, and is still the best there is. */
  readonly stale: boolean;
  readonly #entries: ReadonlyMap<string, CatalogueEntry>;

  constructor(entries: ReadonlyMap<string, CatalogueEntry>, revision: number, stale: boolean) {
    this.#entries = entries;
    this.revision = revision;
    this.stale = stale;
  }

  /** Names of all tools anybody offers, available or not. */
  get tools(): Iterable<string> {
    return this.#entries.keys();
  }

  /** Number of tools. */
  get size(): number {
    return this.#entries.size;
  }

  /** Everybody who offers the tool, whatever their state: for lists and explanations. */
  entry(tool: string): CatalogueEntry | undefined {
    return this.#entries.get(tool);
  }

  /**
   * Who may serve a call of the tool: one look-up, two with a match that was asked before.
   *
   * Undefined when nobody offers it, or nobody who fits; a selection without endpoints when those who fit cannot be picked now.
   *
   * @throws CallError INVALID_PARAMS when the version range of the match is none.
   */
  find(tool: string, match?: Match): Selection | undefined {
    const entry = this.#entries.get(tool);
    return match === undefined ? entry?.usual : entry?.select(match);
  }
}
