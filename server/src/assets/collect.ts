import { join } from 'node:path';
import { type Disk, lookAt } from './disk.ts';
import { isAssetId } from './ids.ts';
import { FOLDERS, mediaPath } from './layout.ts';
import type { AssetRecord } from './record.ts';
import { type AssetStore, removeIfUnused } from './store.ts';

export interface CollectOptions {
  /** Stage results of finished jobs go when they are older than this. Milliseconds. */
  readonly intermediateAfterMs: number;
  /** True when the job will not run again by itself, also for a job nobody knows any more. */
  readonly isFinished: (jobId: string) => boolean | Promise<boolean>;
  /** Ends the collection early; what was collected stays collected. */
  readonly signal?: AbortSignal;
}

export interface Collected {
  readonly assets: number;
  readonly blobs: number;
  /** Bytes of the blobs. */
  readonly bytes: number;
  /** Ids whose record cannot be read; they are left alone for a person to look at. */
  readonly damaged: readonly string[];
}

/** A record younger than this may belong to a deposit under way that has not named its media file yet. */
const SETTLED_MS = 3_600_000;

/**
 * Removes stage results of finished jobs, records whose file never came (a crash in between) and contents no asset
 * uses. Safe beside running deposits and readers; one file at a time, so it costs the calls beside it little.
 */
export async function collect(store: AssetStore, options: CollectOptions): Promise<Collected> {
  const { disk, root, now } = store.vault;
  const damaged: string[] = [];
  const kept = new Map<string, number>();
  store.usage.begin();
  let assets = 0;
  let blobs = 0;
  let bytes = 0;
  const count = (freed: number | undefined): void => {
    if (freed === undefined) return;
    blobs++;
    bytes += freed;
  };
  for await (const { name } of twoLevels(disk, join(root, ...FOLDERS.records), options.signal)) {
    const id = name.replace(/\.json$/, '');
    const record = isAssetId(id) ? await store.find(id).catch(() => 'damaged' as const) : 'damaged';
    if (record === 'damaged') damaged.push(id);
    else if (record !== undefined && (await isRubbish(disk, root, record, now(), options))) {
      count(await store.discard(record));
      assets++;
    } else if (record !== undefined) kept.set(record.kind, (kept.get(record.kind) ?? 0) + record.bytes);
  }
  for await (const { path } of twoLevels(disk, join(root, ...FOLDERS.blobs), options.signal)) {
    count(await removeIfUnused(disk, path));
  }
  if (options.signal?.aborted !== true) store.usage.found(kept);
  return { assets, blobs, bytes, damaged };
}

async function isRubbish(
  disk: Disk,
  root: string,
  record: AssetRecord,
  now: number,
  { intermediateAfterMs, isFinished }: CollectOptions,
): Promise<boolean> {
  const age = now - Date.parse(record.created_at);
  if (record.intermediate === true && age > intermediateAfterMs) {
    if (record.job_id === undefined || (await isFinished(record.job_id))) return true;
  }
  return age > SETTLED_MS && (await lookAt(disk, mediaPath(root, record))) === undefined;
}

async function* twoLevels(
  disk: Disk,
  folder: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<{ name: string; path: string }> {
  for (const shard of await disk.readdir(folder, { withFileTypes: true })) {
    if (!shard.isDirectory()) continue;
    for (const name of await disk.readdir(join(folder, shard.name))) {
      if (signal?.aborted === true) return;
      yield { name, path: join(folder, shard.name, name) };
    }
  }
}
