import { type AssetPort, isJsonObject, type Json } from '@callsheet/protocol';

/** A stored file mentioned in a result. */
interface MentionedAsset {
  readonly id: string;
  readonly url: string;
}

/**
 * A URL for every finished file in a result, in the order they appear; stage files are left out. Links expire, and a result
 * may be old: each is signed anew where the store still has the file, and otherwise given as it was.
 */
export async function resultUrls(result: Json, assets: AssetPort): Promise<string[]> {
  const mentioned = [...mentionedAssets(result)];
  const urls = await Promise.all(mentioned.map(({ id, url }) => assets.url(id).catch(() => url)));
  return [...new Set(urls)];
}

function* mentionedAssets(value: Json): Generator<MentionedAsset> {
  if (Array.isArray(value)) {
    for (const item of value) yield* mentionedAssets(item);
  } else if (isJsonObject(value)) {
    if (typeof value.asset_id === 'string' && typeof value.url === 'string') {
      if (value.intermediate !== true) yield { id: value.asset_id, url: value.url };
      return;
    }
    for (const member of Object.values(value)) yield* mentionedAssets(member);
  }
}
