import type { Worker } from '../catalogue/worker.ts';

/**
 * What happened to the fleet. registered: a worker dialled in, anew or as the continuation of a lost connection · changed: its
 * state, health or connection did · left: it is in no list any more · source: what the registry is told by was lost or is back.
 */
export type Change = Numbered &
  (
    | {
        readonly type: 'registered';
        readonly worker: Worker;
        readonly before: Worker | undefined;
        readonly resumed: boolean;
      }
    | { readonly type: 'changed'; readonly worker: Worker; readonly before: Worker; readonly reason: string }
    | { readonly type: 'left'; readonly worker: Worker; readonly reason: string }
    | { readonly type: 'source'; readonly stale: boolean; readonly reason: string }
  );

interface Numbered {
  /** Gapless, from 1. */
  readonly revision: number;
}
