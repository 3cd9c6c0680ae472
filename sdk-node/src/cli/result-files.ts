import { isJsonObject } from '@callsheet/protocol';
import type { Downloadable } from '../download/source.ts';

/** A stored file named in a result. */
export type ResultFile = Downloadable & { readonly url: string };

/** The stored files in a result, in reading order, without those that are only stages on the way. */
export function resultFiles(result: unknown): ResultFile[] {
  if (Array.isArray(result)) return result.flatMap(resultFiles);
  if (!isJsonObject(result)) return [];
  const { url, sha256, bytes, intermediate } = result;
  if (typeof url !== 'string' || typeof sha256 !== 'string') return Object.values(result).flatMap(resultFiles);
  if (intermediate === true) return [];
  return [{ url, sha256, ...(typeof bytes === 'number' && { bytes }) }];
}
