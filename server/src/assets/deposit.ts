import { dirname, join } from 'node:path';
import type { AssetFacts, AssetPort } from '@callsheet/protocol';
import { asStorageError, type Disk, unlinkIfThere } from './disk.ts';
import { ensureFolder, syncFolder } from './folders.ts';
import { newAssetId, type RandomBytes } from './ids.ts';
import { type IntakeBounds, receive } from './intake.ts';
import { blobFolder, blobPath, FOLDERS, mediaPath, recordFolder, recordPath, sidecarPath } from './layout.ts';
import { place, tryLink } from './placement.ts';
import { type AssetRecord, writeRecord } from './record.ts';

/** What a deposit needs of the store. */
export interface Vault {
  readonly disk: Disk;
  /** Real path of the media folder. */
  readonly root: string;
  readonly random: RandomBytes;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Whose asset it becomes, and where it stands. */
export interface DepositFor {
  readonly owner: string;
  readonly project: string;
  readonly jobId?: string | undefined;
  /** The id it gets; a new one when not said. Nothing of that id may be there or on its way. */
  readonly assetId?: string | undefined;
}

/**
 * Stores one asset: streams it into a temporary file, then gives record and media their names. The media's name comes
 * last, so a crash at any point leaves either the whole asset or something no caller can reach and the next start or
 * collection removes: a media file is never without its record.
 *
 * @throws CallError STORAGE_FULL, REQUEST_TOO_LARGE, CANCELLED; whatever the source throws, unchanged.
 */
export async function deposit(
  vault: Vault,
  source: Parameters<AssetPort['put']>[0],
  facts: AssetFacts,
  { owner, project, jobId, assetId }: DepositFor,
  bounds: IntakeBounds,
): Promise<AssetRecord> {
  const { disk, root } = vault;
  const asset_id = assetId ?? newAssetId(vault.random);
  const placed = { ...facts, asset_id, project };
  const temporary = join(root, ...FOLDERS.temporary, `${asset_id}.part`);
  const draft = join(root, ...FOLDERS.temporary, `${asset_id}.json`);
  try {
    const received = await receive(disk, temporary, source, bounds);
    const record: AssetRecord = {
      ...placed,
      ...received,
      ...(jobId !== undefined && { job_id: jobId }),
      created_at: new Date(vault.now()).toISOString(),
      owner,
    };
    const text = writeRecord(record);
    await writeDurably(disk, draft, text);
    await ensureFolder(disk, root, ...recordFolder(asset_id));
    await ensureFolder(disk, root, ...blobFolder(received.sha256));
    await ensureFolder(disk, root, project, facts.kind);
    const paths = {
      record: recordPath(root, asset_id),
      sidecar: sidecarPath(root, record),
      blob: blobPath(root, received.sha256),
      media: mediaPath(root, record),
    };
    await disk.rename(draft, paths.record);
    if (!(await tryLink(disk, paths.record, paths.sidecar))) await writeDurably(disk, paths.sidecar, text);
    await place(disk, { temporary, bytes: received.bytes, blob: paths.blob, media: paths.media });
    await Promise.all([paths.record, paths.blob, paths.media].map((path) => syncFolder(disk, dirname(path))));
    return record;
  } catch (error) {
    const traces = [temporary, draft, mediaPath(root, placed), sidecarPath(root, placed), recordPath(root, asset_id)];
    // What cannot be removed now, the next start or collection removes: the first failure is the one worth telling.
    for (const path of traces) await unlinkIfThere(disk, path).catch(() => undefined);
    throw asStorageError(error);
  }
}

async function writeDurably(disk: Disk, path: string, text: string): Promise<void> {
  const handle = await disk.open(path, 'wx', 0o440);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
