import type { CallError } from '@callsheet/protocol';
import type { Strategies } from '../balance/strategies.ts';
import { type Match, matcher, matchKey } from '../catalogue/match.ts';
import type { Selection } from '../catalogue/selection.ts';
import type { Endpoint, Worker } from '../catalogue/worker.ts';
import type { Clock } from '../clock.ts';
import type { FleetRules } from '../guard/fleet.ts';
import type { Registry } from '../registry/registry.ts';
import { Desk } from './desk.ts';
import { Latencies } from './latencies.ts';
import { lineName } from './line-names.ts';
import { nobodyThere, unknownTool } from './refusals.ts';
import type { Seat } from './seat.ts';
import type { Work } from './work.ts';

export interface DesksParts {
  readonly registry: Pick<Registry, 'catalogue'>;
  readonly strategies: Strategies;
  /** The strategy of every tool. */
  readonly strategy: string;
  readonly rules: FleetRules;
  readonly seatOf: (workerId: string) => Seat | undefined;
  readonly failed: (error: unknown) => void;
  readonly clock: Clock;
  /** How long to wait for a tool that was here a moment ago: its only worker may be starting anew. */
  readonly absenceMs: number;
  /** How many calls wait in a line. */
  readonly waiting: (line: string) => number;
  /** Offers those who wait in a line what was not welcome to them. */
  readonly reconsider: (line: string) => void;
  /** Whether to keep how long calls take, for those who hedge. */
  readonly measure: boolean;
}

/** What a call says of who may serve it. */
export interface Asked extends Pick<Work, 'tool' | 'route'> {
  /** The usual one when left out. */
  readonly schemaHash: string | undefined;
}

/** Callers choose what they ask for, so there is a bound: whoever asks for something rare begins with nothing known. */
const MOST_SPECIAL = 256;
/** Tools that are gone and still remembered. */
const MOST_GONE = 256;
/** Of a tool's calls one in twenty takes longer. */
const SLOW = 0.95;

/** A desk for each tool, and one for each special wish: a version, tags, or schemas that are not the usual ones any more. */
export class Desks {
  readonly #parts: DesksParts;
  readonly #usual = new Map<string, Desk>();
  /** The one asked last is last. */
  readonly #special = new Map<string, { readonly tool: string; readonly desk: Desk }>();
  /** Since when; the longest first. */
  readonly #gone = new Map<string, number>();

  constructor(parts: DesksParts) {
    this.#parts = parts;
  }

  /**
   * Who picks for a call, up to date; undefined when nobody fits.
   *
   * @throws CallError INVALID_PARAMS when the version range of its route is none.
   */
  find(asked: Asked): Desk | undefined {
    const { tool, schemaHash } = asked;
    const { catalogue } = this.#parts.registry;
    const usual = catalogue.find(tool);
    if (usual === undefined) return undefined;
    const meansUsual = schemaHash === undefined || schemaHash === usual.tool.schemaHash;
    if (meansUsual && !isPicky(asked)) return this.#usualDesk(tool, usual);
    const match = matchOf(asked);
    const selection = catalogue.find(tool, match);
    return selection === undefined ? undefined : this.#specialDesk(tool, match, selection);
  }

  /** The desk of those who want nothing special. */
  usual(tool: string): Desk | undefined {
    const selection = this.#parts.registry.catalogue.find(tool);
    return selection === undefined ? undefined : this.#usualDesk(tool, selection);
  }

  /**
   * Something has happened to a worker. Desks are brought up to date when somebody asks them; who waits in line asks nobody, and
   * may now have to be served by those who are out, or want to be by those who were too dear.
   */
  attend({ tools }: Pick<Worker, 'tools'>): void {
    for (const { name, schemaHash } of tools) {
      const line = lineName(name, schemaHash);
      if (this.#parts.waiting(line) === 0) continue;
      this.usual(name);
      this.#parts.reconsider(line);
    }
  }

  /** Undefined when any worker of the line will do. */
  fits(asked: Asked): ((seat: Seat) => boolean) | undefined {
    if (!isPicky(asked)) return undefined;
    const fits = matcher(matchOf(asked));
    return (seat) => {
      const tool = seat.offered(asked.tool);
      return tool !== undefined && fits({ worker: seat.worker, tool });
    };
  }

  /** Why it is of no use to wait for a worker; undefined when one may come, as during a restart. `not` counts once it is lost. */
  hopeless(asked: Asked, not: Seat | undefined): CallError | undefined {
    const entry = this.#parts.registry.catalogue.entry(asked.tool);
    if (entry === undefined) return this.#isMissed(asked.tool) ? undefined : unknownTool(asked.tool);
    const fits = matcher(matchOf(asked));
    const another = ({ worker: { id, available } }: Endpoint): boolean =>
      not === undefined || !available || this.#parts.seatOf(id) !== not;
    const mayCome = (endpoint: Endpoint): boolean => canHope(endpoint) && another(endpoint) && fits(endpoint);
    return entry.endpoints.some(mayCome) ? undefined : nobodyThere(asked.tool);
  }

  /** Calls that workers have now, by tool. */
  active(): Map<string, number> {
    const active = new Map(Array.from(this.#usual, ([tool, desk]) => [tool, desk.active]));
    for (const { tool, desk } of this.#special.values()) active.set(tool, (active.get(tool) ?? 0) + desk.active);
    return active;
  }

  /** Brings every desk's counts of diverted calls up to now. */
  settleDiverted(): void {
    for (const desk of this.#usual.values()) desk.settleDiverted();
    for (const { desk } of this.#special.values()) desk.settleDiverted();
  }

  /** Frees what is kept for a tool nobody offers any more. */
  drop(tool: string): void {
    this.#gone.delete(tool);
    this.#gone.set(tool, this.#parts.clock.monotonic());
    if (this.#gone.size > MOST_GONE) forgetFirst(this.#gone);
    this.#usual.get(tool)?.close();
    this.#usual.delete(tool);
    for (const [key, special] of this.#special) {
      if (special.tool !== tool) continue;
      special.desk.close();
      this.#special.delete(key);
    }
  }

  #usualDesk(tool: string, selection: Selection): Desk {
    let desk = this.#usual.get(tool);
    if (desk === undefined) {
      desk = this.#open();
      this.#usual.set(tool, desk);
    }
    desk.refresh(selection);
    return desk;
  }

  #specialDesk(tool: string, match: Match, selection: Selection): Desk {
    const key = `${tool} ${matchKey(match)}`;
    const special = this.#special.get(key) ?? { tool, desk: this.#open() };
    this.#special.delete(key);
    this.#special.set(key, special);
    if (this.#special.size > MOST_SPECIAL) forgetFirst(this.#special)?.desk.close();
    special.desk.refresh(selection);
    return special.desk;
  }

  #isMissed(tool: string): boolean {
    const since = this.#gone.get(tool);
    return since !== undefined && this.#parts.clock.monotonic() - since < this.#parts.absenceMs;
  }

  #open(): Desk {
    const { strategies, strategy, rules, seatOf, failed, measure } = this.#parts;
    const latencies = measure ? new Latencies(SLOW) : undefined;
    return new Desk({ strategy: strategies.open(strategy), rules, seatOf, latencies, failed });
  }
}

function forgetFirst<Value>(map: Map<string, Value>): Value | undefined {
  for (const [key, value] of map) {
    map.delete(key);
    return value;
  }
  return undefined;
}

function isPicky({ route }: Asked): boolean {
  return route !== undefined && (route.version !== undefined || (route.tags !== undefined && route.tags.length > 0));
}

function matchOf({ schemaHash, route }: Asked): Match {
  return { schemaHash, version: route?.version, tags: route?.tags };
}

/** Somebody who takes calls, or may again in a moment. One that drains is being replaced. */
function canHope({ worker: { state, available } }: Endpoint): boolean {
  return available || state === 'joining' || state === 'suspect' || state === 'draining';
}
