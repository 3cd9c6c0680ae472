import { join } from 'node:path';
import type { AssetKind } from '@callsheet/protocol';

/** What decides where a file lies; every part has passed an allow-list. */
export interface Placed {
  readonly asset_id: string;
  readonly project: string;
  readonly kind: AssetKind;
  readonly extension: string;
}

/** The path under which the gateway serves stored files. */
export const ASSETS_PATH = '/assets';

/** The file's name, in the store and in its URL. */
export function fileName(asset: Placed): string {
  return `${asset.asset_id}.${asset.extension}`;
}

/** The file's path on the gateway. */
export function urlPath(asset: Placed): string {
  return `${ASSETS_PATH}/${asset.project}/${asset.kind}/${fileName(asset)}`;
}

/**
 * Where things lie below `<dataDir>/media`:
 *
 * - `.tmp/` what is being written; emptied at start
 * - `.records/ab/<asset_id>.json` one record per asset: opening by id is one look-up, whatever the number of assets
 * - `.blobs/sha256/ab/<hash>` every content once; its link count says how many assets use it
 * - `<project>/<kind>/<asset_id>.<ext>` the file under the name people see, a hard link to the blob
 * - `<project>/<kind>/<asset_id>.json` the record beside it, for people, a hard link to the record
 */
export const FOLDERS = { temporary: ['.tmp'], records: ['.records'], blobs: ['.blobs', 'sha256'] } as const;

/** Levels of the folder that holds the record. The two characters behind `ast_` spread 100,000 records over 1,296 folders. */
export function recordFolder(id: string): readonly string[] {
  return [...FOLDERS.records, id.slice(4, 6)];
}

export function blobFolder(sha256: string): readonly string[] {
  return [...FOLDERS.blobs, sha256.slice(0, 2)];
}

export function recordPath(root: string, id: string): string {
  return join(root, ...recordFolder(id), `${id}.json`);
}

export function blobPath(root: string, sha256: string): string {
  return join(root, ...blobFolder(sha256), sha256);
}

export function mediaPath(root: string, asset: Placed): string {
  return join(root, asset.project, asset.kind, fileName(asset));
}

/** An asset that is itself `.json` owns the short name, so its record steps aside. */
export function sidecarPath(root: string, asset: Placed): string {
  const ending = asset.extension === 'json' ? 'record.json' : 'json';
  return join(root, asset.project, asset.kind, `${asset.asset_id}.${ending}`);
}
