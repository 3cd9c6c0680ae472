import type { Cluster } from '@callsheet/discovery';
import type { Catalogue } from '../pipeline/catalogue.ts';

export interface ToolNews {
  readonly cluster: Pick<Cluster, 'registry'>;
  readonly catalogue: Pick<Catalogue, 'list'>;
}

/**
 * Calls back when `tools/list` says something else than before, at most once per turn however many workers came or went in it.
 * The answer ends it.
 */
export function tellOfTools(
  { cluster, catalogue }: ToolNews,
  changed: () => void,
  turn: (callback: () => void) => void = setImmediate,
): () => void {
  // Equal rows are one object for as long as somebody offers them.
  let known: readonly object[] = catalogue.list();
  let looks = false;
  const look = (): void => {
    looks = false;
    const rows = catalogue.list();
    const same = rows.length === known.length && rows.every((row, at) => row === known[at]);
    known = rows;
    if (!same) changed();
  };
  return cluster.registry.listen(() => {
    if (looks) return;
    looks = true;
    turn(look);
  });
}
