import { isFinal, type ToolLog } from '@callsheet/protocol';
import type { Clock } from '../clock.ts';
import type { Ledger } from '../jobs/ledger.ts';
import { collect } from './collect.ts';
import type { AssetStore } from './store.ts';

/** After the start, when others have more to do. */
const FIRST_MS = 30_000;
const EVERY_MS = 3_600_000;
const DAY_MS = 86_400_000;

export interface CollectorParts {
  readonly clock: Clock;
  readonly log: ToolLog;
}

/**
 * Removes stage results of finished jobs a day after, soon after the start and then once an hour. A job retried later than that does its stages again.
 *
 * @returns a function that ends it.
 */
export function collectAssets(
  { assets, ledger }: { readonly assets: AssetStore; readonly ledger: Ledger },
  { clock, log }: CollectorParts,
): () => void {
  const abort = new AbortController();
  const isFinished = (jobId: string): boolean => {
    const job = ledger.read.byId(jobId);
    return job === undefined || isFinal(job.status);
  };
  let cancel = (): void => {};
  const round = async (): Promise<void> => {
    try {
      const { assets: removed, bytes } = await collect(assets, {
        intermediateAfterMs: DAY_MS,
        isFinished,
        signal: abort.signal,
      });
      if (removed > 0) log.info({ removed, bytes }, 'removed stage results of finished jobs');
    } catch (error) {
      if (!abort.signal.aborted) log.warn({ fault: String(error) }, 'could not collect old assets');
    }
    if (!abort.signal.aborted) cancel = clock.after(EVERY_MS, () => void round());
  };
  cancel = clock.after(FIRST_MS, () => void round());
  return () => {
    abort.abort();
    cancel();
  };
}
