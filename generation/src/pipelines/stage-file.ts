import {
  type Asset,
  type AssetFacts,
  CallError,
  type Json,
  type JsonObject,
  type ToolContext,
} from '@callsheet/protocol';

/** What a stage made that is no JSON. */
export interface StageProduct<Facts extends Json> {
  /** Kept with the file, e.g. word times. */
  readonly facts: Facts;
  readonly content: Uint8Array | AsyncIterable<Uint8Array>;
  readonly about: AssetFacts;
}

/** A stage's file in the store, with what the stage knows about it. */
export interface StageFile<Facts extends Json> {
  readonly facts: Facts;
  readonly asset: Asset;
  /** Made in this run, not found from an earlier one. */
  readonly fresh: boolean;
  /** Reads the whole file; from memory when it was made in this run. */
  bytes(): Promise<Uint8Array>;
}

interface Remembered<Facts extends Json> extends JsonObject {
  facts: Facts;
  asset_id: string;
}

/** A file may vanish between two attempts; one that keeps vanishing is a fault of the store. */
const MOST_ATTEMPTS = 3;

/**
 * Runs a stage that makes a file, once per key. The memo remembers the file's id; when the file is gone by the time a
 * resumed job looks for it, the stage runs again.
 */
export async function stageFile<Facts extends Json>(
  ctx: ToolContext,
  key: string,
  produce: () => Promise<StageProduct<Facts>>,
): Promise<StageFile<Facts>> {
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
    let fresh: { readonly asset: Asset; readonly content: StageProduct<Facts>['content'] } | undefined;
    const remembered = await ctx.memo<Remembered<Facts>>(attempt === 1 ? key : `${key}#${attempt}`, async () => {
      const product = await produce();
      const asset = await ctx.assets.put(product.content, product.about);
      fresh = { asset, content: product.content };
      return { facts: product.facts, asset_id: asset.asset_id };
    });
    const { facts, asset_id } = remembered;
    const asset = fresh?.asset ?? (await stored(ctx, asset_id));
    if (asset === undefined) continue;
    const content = fresh?.content;
    return {
      facts,
      asset,
      fresh: fresh !== undefined,
      bytes: async () => (content instanceof Uint8Array ? content : readAll(ctx, asset_id)),
    };
  }
  throw new CallError('TOOL_FAILED', `Cannot keep the result of the stage "${key.split(':')[0]}": the store loses it`, {
    retryable: true,
  });
}

/** The record with a fresh URL, or undefined when the file is gone. */
async function stored(ctx: ToolContext, assetId: string): Promise<Asset | undefined> {
  try {
    return (await ctx.assets.open(assetId)).asset;
  } catch (error) {
    if (CallError.is(error) && error.errorName === 'NOT_FOUND') return undefined;
    throw error;
  }
}

async function readAll(ctx: ToolContext, assetId: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of (await ctx.assets.open(assetId)).stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
