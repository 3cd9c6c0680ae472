/**
 * What a worker says of itself. joining: connected, takes no calls yet · ready · draining: finishes what it has, takes
 * nothing new, and stays so until it registers anew.
 */
export type Phase = 'joining' | 'ready' | 'draining';

/** What is heard of it. suspect: silent for a while, or its connection closed · dead: nobody should wait for it. */
export type Liveness = 'alive' | 'suspect' | 'dead';

/** joining → ready → suspect → dead, and draining; a suspect or dead worker that is heard again is what it was before. */
export type WorkerState = Phase | Exclude<Liveness, 'alive'>;

/** What active probes found. unknown: none has settled yet. */
export type Health = 'unknown' | 'healthy' | 'unhealthy';

/** What is not heard outweighs what was said. */
export function stateOf(phase: Phase, liveness: Liveness): WorkerState {
  return liveness === 'alive' ? phase : liveness;
}

/** True when new calls may go there, as far as the registry knows; the guard has its own say. */
export function takesCalls(state: WorkerState, health: Health): boolean {
  return state === 'ready' && health !== 'unhealthy';
}

/** How long since a worker was last heard, and since its connection closed, in milliseconds. */
export interface Silence {
  readonly silentMs: number;
  /** Undefined while it is connected. */
  readonly disconnectedMs: number | undefined;
}

/** When silence means something, in milliseconds. */
export interface Patience {
  readonly suspectAfterMs: number;
  readonly deadAfterMs: number;
  /** How long a lost connection may be replaced before the calls on it are given up. */
  readonly graceMs: number;
}

/** A closed connection makes suspect at once; only time makes dead, and never before the grace is over. */
export function livenessOf({ silentMs, disconnectedMs }: Silence, patience: Patience): Liveness {
  if (disconnectedMs === undefined) {
    if (silentMs >= patience.deadAfterMs) return 'dead';
    return silentMs >= patience.suspectAfterMs ? 'suspect' : 'alive';
  }
  return silentMs >= patience.deadAfterMs && disconnectedMs >= patience.graceMs ? 'dead' : 'suspect';
}

/** Milliseconds until `livenessOf` can answer something else if nothing is heard; undefined when it cannot. */
export function changesIn(silence: Silence, patience: Patience): number | undefined {
  const { silentMs, disconnectedMs } = silence;
  const dead = patience.deadAfterMs - silentMs;
  if (disconnectedMs !== undefined) {
    const left = Math.max(dead, patience.graceMs - disconnectedMs);
    return left > 0 ? left : undefined;
  }
  const suspect = patience.suspectAfterMs - silentMs;
  if (suspect > 0) return suspect;
  return dead > 0 ? dead : undefined;
}
