import { type Asset, isJsonObject, type JsonObject } from '@callsheet/protocol';
import { isExtension, isKind, isMediaType, isProject } from './facts.ts';

/** What the store keeps of an asset: all but the URL, which is signed anew each time, and whose it is. */
export interface AssetRecord extends Omit<Asset, 'url'> {
  /** Id of the principal it belongs to. */
  readonly owner: string;
}

/** The asset as its owner sees it. */
export function toAsset({ owner: _owner, ...facts }: AssetRecord, url: string): Asset {
  return { ...facts, url };
}

export function writeRecord(record: AssetRecord): string {
  return `${JSON.stringify(record, null, 2)}\n`;
}

/**
 * Reads the record of the asset `id`. The file is ours, but it decides which file is opened, so every part that goes
 * into a path or a header is held against the same allow-lists as at the door.
 *
 * @throws Error when the record is damaged.
 */
export function readRecord(text: string, id: string): AssetRecord {
  const record: unknown = JSON.parse(text);
  if (isJsonObject(record) && record.asset_id === id && isRecord(record)) return record;
  throw new Error(`Cannot read the record of "${id}": it is damaged; restore it from a backup`);
}

function isRecord(value: JsonObject): value is JsonObject & AssetRecord {
  return (
    hasForm(value.project, isProject) &&
    hasForm(value.kind, isKind) &&
    hasForm(value.extension, isExtension) &&
    hasForm(value.mime, isMediaType) &&
    hasForm(value.sha256, (text) => /^[0-9a-f]{64}$/.test(text)) &&
    hasForm(value.created_at, (text) => Number.isFinite(Date.parse(text))) &&
    hasForm(value.owner, () => true) &&
    hasForm(value.provider, () => true) &&
    Number.isSafeInteger(value.bytes)
  );
}

function hasForm(value: unknown, fits: (text: string) => boolean): boolean {
  return typeof value === 'string' && fits(value);
}
