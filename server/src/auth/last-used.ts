import type { ToolLog } from '@callsheet/protocol';
import type { Clock } from '../clock.ts';
import type { KeyRecord } from './key-record.ts';
import type { KeyRing } from './key-ring.ts';
import type { KeyStore } from './key-store.ts';

/** How often uses are written: rarely, because every gateway reads the file again when it changes. */
const WRITE_MS = 600_000;

/**
 * Writes now and then into the store in which hour each key was last used: every ten minutes when there is something
 * to write, and at the end. What a crash loses is at most those ten minutes.
 *
 * @returns a function that ends it, after writing what is left. It never rejects.
 */
export function keepLastUsed(
  ring: KeyRing,
  store: Pick<KeyStore, 'change'>,
  { clock, log }: { readonly clock: Clock; readonly log: Pick<ToolLog, 'warn'> },
): () => Promise<void> {
  let unwritten = new Map<string, number>();
  const write = async (): Promise<void> => {
    unwritten = new Map([...unwritten, ...ring.takeUses()]);
    if (unwritten.size === 0) return;
    const uses = unwritten;
    unwritten = new Map();
    try {
      await store.change((records) => ({ records: withUses(records, uses), answer: undefined }));
    } catch (error) {
      unwritten = new Map([...uses, ...unwritten]);
      log.warn({ fault: String(error) }, 'could not write when the keys were last used; trying again later');
    }
  };
  let writing = Promise.resolve();
  let cancel = (): void => {};
  const wait = (): void => {
    cancel = clock.after(WRITE_MS, () => {
      writing = writing.then(write);
      wait();
    });
  };
  wait();
  return () => {
    cancel();
    writing = writing.then(write);
    return writing;
  };
}

/** The same list when nothing in it changes, so that nothing is written. Times never go back. */
function withUses(records: readonly KeyRecord[], uses: ReadonlyMap<string, number>): readonly KeyRecord[] {
  let changed = false;
  const after = records.map((record) => {
    const use = uses.get(record.kid);
    if (use === undefined || (record.lastUsedAt !== undefined && Date.parse(record.lastUsedAt) >= use)) return record;
    changed = true;
    return { ...record, lastUsedAt: new Date(use).toISOString() };
  });
  return changed ? after : records;
}
