import type { Cluster } from '@callsheet/discovery';
import type { Clock } from '../clock.ts';
import type { Catalogue } from '../pipeline/catalogue.ts';

export interface ToolNews {
  readonly cluster: Pick<Cluster, 'registry'>;
  readonly catalogue: Pick<Catalogue, 'list'>;
}

/** A fleet that comes in one moment is one piece of news. */
const PAUSE_MS = 100;

/**
 * Calls back when `tools/list` says something else than before, a moment later and once, however many workers came or went.
 * The answer ends it.
 */
export function tellOfTools(
  { cluster, catalogue }: ToolNews,
  clock: Pick<Clock, 'after'>,
  changed: () => void,
): () => void {
  // Equal rows are one object for as long as somebody offers them.
  let known: readonly object[] = catalogue.list();
  let cancel: (() => void) | undefined;
  const look = (): void => {
    cancel = undefined;
    const rows = catalogue.list();
    const same = rows.length === known.length && rows.every((row, at) => row === known[at]);
    known = rows;
    if (!same) changed();
  };
  const stop = cluster.registry.listen(() => {
    cancel ??= clock.after(PAUSE_MS, look);
  });
  return () => {
    stop();
    cancel?.();
  };
}
