import type { Worker } from '../catalogue/worker.ts';
import type { GuardReport } from '../guard/guard.ts';

/** What decides whether a worker is picked for a tool. */
export interface Circumstances {
  readonly worker: Worker;
  /** Whether it means by the tool what most do. */
  readonly usual: boolean;
  readonly guard: GuardReport;
  /** So many are out that all are used. */
  readonly panic: boolean;
  readonly slots: { readonly inUse: number; readonly limit: number };
  /** What a call costs here over what it costs where it is cheapest; undefined when the strategy knows no cost. */
  readonly overCheapest: number | undefined;
}

export interface Verdict {
  /** True when a call may go there now. */
  readonly chosen: boolean;
  /** One sentence for a person. */
  readonly because: string;
}

/** Why a worker is or is not chosen: the first reason that is enough. */
export function because(circumstances: Circumstances): Verdict {
  const against = absence(circumstances.worker) ?? otherContract(circumstances) ?? outOrFull(circumstances);
  if (against !== undefined) return { chosen: false, because: against };
  return { chosen: true, because: inFavour(circumstances) };
}

function absence({ state, health, connected }: Worker): string | undefined {
  switch (state) {
    case 'joining':
      return 'it has registered and not yet said that it is ready';
    case 'suspect':
      return connected ? 'nothing has been heard of it for a while' : 'its connection is lost; it may come back';
    case 'dead':
      return 'nothing has been heard of it for so long that nobody waits for it';
    case 'draining':
      return 'it finishes what it has and takes nothing new';
    case 'ready':
      return health === 'unhealthy' ? 'it fails its health checks' : undefined;
  }
}

function otherContract({ usual }: Circumstances): string | undefined {
  if (usual) return undefined;
  return 'it offers the tool with other schemas than most; only calls that were checked against them go there';
}

function outOrFull({ guard, panic, slots: { inUse, limit } }: Circumstances): string | undefined {
  if (guard.standing === 'out' && !panic) {
    if (guard.triedAgainInMs === undefined) return 'one call tries it now, and how that ends decides';
    return `left alone for another ${seconds(guard.triedAgainInMs)}: ${troubles(guard)}`;
  }
  if (inUse < limit) return undefined;
  return limit === 1 ? 'its only slot is taken' : `all its ${limit} slots are taken`;
}

function inFavour({ guard, overCheapest }: Circumstances): string {
  if (guard.standing === 'trial') return `the next call that may be repeated tries it: ${troubles(guard)}`;
  if (guard.standing === 'out') return `used although it fails, as too many others are out: ${troubles(guard)}`;
  if (overCheapest === undefined) return 'it takes its turn with the others';
  if (overCheapest <= 1) return 'a call costs least here';
  return `a call costs ${round(overCheapest)} times as much here as where it costs least`;
}

function troubles({ failuresInRow, lastFailures }: GuardReport): string {
  const row = failuresInRow === 1 ? '1 failure' : `${failuresInRow} failures in a row`;
  const last = lastFailures.at(-1);
  if (last === undefined) return row;
  return `${row}, the last ${last.error ?? 'unnamed'} ${seconds(last.agoMs)} ago`;
}

function seconds(ms: number): string {
  return ms < 1_000 ? `${Math.ceil(ms)} ms` : `${Math.ceil(ms / 1_000)} s`;
}

function round(ratio: number): string {
  return ratio < 10 ? ratio.toFixed(1) : String(Math.round(ratio));
}
