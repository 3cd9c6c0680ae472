import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Asset, Tool, ToolContext } from '@callsheet/protocol';
import { checkTarget } from '../intake/address-guard.ts';
import { type DownloadPorts, download } from '../intake/download.ts';
import { contentRefused, MEDIA_KINDS, type MediaKind, unknownFormat } from '../intake/media-facts.ts';
import type { ProbeMedia } from '../intake/probe-media.ts';
import { type SaveRequest, saveFile } from '../intake/save-file.ts';
import { sniffMedia } from '../intake/sniff-media.ts';
import { type StageProduct, stageFile } from '../pipelines/stage-file.ts';
import { stageKey } from '../pipelines/stage-key.ts';
import { ASSET, JOB_ARGUMENTS } from '../schemas/definitions.ts';
import { integer, number, object, oneOf, string } from '../schemas/keywords.ts';

/** What the tool is built from. */
export interface ImportParts extends DownloadPorts {
  readonly probe: ProbeMedia;
  readonly maxBytes: number;
}

type Arguments = {
  readonly url: string;
  readonly kind?: MediaKind;
  readonly file_name?: string;
};

type Imported = {
  /** The host that the file came from; `assets` for a stored one. */
  readonly source: string;
  /** Absent in a dry run, like everything below. */
  readonly asset?: Asset;
} & Partial<Pick<Asset, (typeof TOLD)[number]>>;

const VERSION = 1;
/** A stored file of the caller's, as tools take them; whose it is, the store knows. */
const STORED = /^(?:asset:)?ast_[0-9a-z]{1,64}$/;
/** Of the record of the file, what callers ask for most. */
const TOLD = [
  ...(['asset_id', 'url', 'kind', 'mime', 'bytes', 'width', 'height', 'duration', 'fps'] as const),
  ...(['sample_rate', 'channels'] as const),
];

/** Brings a picture, sound or video from another server into the store, or finds out what an uploaded one is. */
export function importMedia(parts: ImportParts): Tool<Arguments, Imported> {
  return {
    name: 'import_media',
    title: 'Import media',
    description:
      'Fetches a picture, sound or video from a public https URL, or takes an uploaded one, looks into it and stores it as an asset. Refuses addresses inside networks, files that are not what they say, and media too large to decode.',
    category: 'assets',
    input: INPUT,
    output: OUTPUT,
    execution: 'job',
    idempotent: true,
    timeoutMs: 1_800_000,
    slots: 'network',
    async run(args, ctx) {
      const { url, kind = 'any' } = args;
      if (ctx.dryRun) return { source: await sourceOf(url, ctx, parts) };
      // A file that was fetched before the gateway stopped is not fetched again.
      const { asset } = await stageFile(ctx, stageKey('import', VERSION, { url, kind }), () =>
        fetched(args, ctx, parts),
      );
      ctx.progress({ stage: 'store', fraction: 1, stageFraction: 1, message: 'Done' });
      const told = Object.fromEntries(TOLD.map((name) => [name, asset[name]]));
      return { source: hostOf(url), ...known(told), asset };
    },
  };
}

/** A file of ours that holds what the other server sent, and what it is. It is gone when its content has been stored. */
async function fetched(args: Arguments, ctx: ToolContext, parts: ImportParts): Promise<StageProduct<null>> {
  const { url, kind, file_name } = args;
  const { signal } = ctx;
  // Named by us: what the caller or the other server calls the file never becomes a path.
  const path = join(await ctx.scratch(), 'incoming.bin');
  await rm(path, { force: true });
  ctx.progress({ stage: 'download', fraction: 0, stageFraction: 0, message: 'Fetching the file' });
  const onBytes = (bytes: number, total = parts.maxBytes): void => {
    const stageFraction = Math.min(1, bytes / Math.max(1, total));
    ctx.progress({ stage: 'download', fraction: 0.9 * stageFraction, stageFraction });
  };
  const request = { url, path, maxBytes: parts.maxBytes, signal, accept: acceptable, onBytes };
  try {
    const parents = STORED.test(url) ? [await copied(request, ctx)] : undefined;
    if (parents === undefined) await download(request, parts);
    ctx.progress({ stage: 'probe', fraction: 0.9, stageFraction: 0, message: 'Looking into the file' });
    const { video_codec, audio_codec, ...facts } = await parts.probe(path, signal);
    if (kind !== undefined && kind !== facts.kind) {
      throw contentRefused('other_kind', `it is ${facts.kind}, not ${kind}; leave "kind" out or give another file`);
    }
    ctx.progress({ stage: 'store', fraction: 0.95, stageFraction: 0, message: 'Storing the file' });
    const params = known({ video_codec, audio_codec, file_name, source: withoutQuery(url) });
    const about = { ...facts, provider: 'import', params, ...(parents && { parents }) };
    return { facts: null, about, content: consumed(path, signal) };
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

/** Who would be asked, in a dry run. @throws CallError as the import itself would, as far as can be told before it */
async function sourceOf(url: string, ctx: ToolContext, { policy }: ImportParts): Promise<string> {
  if (!STORED.test(url)) return (await checkTarget(url, policy)).url.hostname;
  await ctx.assets.open(url);
  return hostOf(url);
}

function hostOf(url: string): string {
  return STORED.test(url) ? 'assets' : new URL(url).hostname;
}

/** Copies a stored file. @returns its id */
async function copied({ url, ...request }: SaveRequest & { readonly url: string }, ctx: ToolContext): Promise<string> {
  const { asset, stream } = await ctx.assets.open(url);
  const onBytes = (bytes: number): void => {
    ctx.signal.throwIfAborted();
    request.onBytes?.(bytes, asset.bytes);
  };
  await saveFile(stream, asset.bytes, { ...request, onBytes });
  return asset.asset_id;
}

/** Ends the transfer at its first bytes when they are those of a web page, a playlist or an archive. */
function acceptable(head: Uint8Array): void {
  if (sniffMedia(head) === undefined) throw unknownFormat();
}

async function* consumed(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { signal, highWaterMark: READ_BYTES });
  } finally {
    await rm(path, { force: true });
  }
}

const READ_BYTES = 262_144;

/** Without the members that are not known. */
function known(facts: { readonly [name: string]: unknown }): { readonly [name: string]: unknown } {
  return Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact !== undefined));
}

/** Where it came from, for the record. The query is left out: signed links carry their secret there. */
function withoutQuery(url: string): string {
  if (STORED.test(url)) return url;
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

const INPUT = object(
  {
    url: string({
      minLength: 1,
      maxLength: 2048,
      description: 'Where the file is, e.g. "https://example.com/clip.mp4"; or "asset:<asset_id>" of an uploaded one.',
    }),
    kind: oneOf(MEDIA_KINDS, { description: 'Refuse the file unless it is this. Default: take what it is.' }),
    file_name: string({
      pattern: '^[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N} ._()-]{0,119}$',
      maxLength: 120,
      description: 'A name to remember it by. The format is told by its bytes, not by this.',
    }),
    ...JOB_ARGUMENTS,
  },
  ['url'],
);

const OUTPUT = object(
  {
    source: string({ description: 'The host that the file came from, or "assets"; all there is in a dry run.' }),
    asset_id: string(),
    url: string({ description: 'Where to get the stored file; signed, so that no header is needed.' }),
    kind: oneOf(MEDIA_KINDS),
    mime: string({ description: 'Told by the bytes.' }),
    bytes: integer({ minimum: 0 }),
    width: integer({ description: 'Pixels, as shown.' }),
    height: integer({ description: 'Pixels, as shown.' }),
    duration: number({ description: 'Seconds.' }),
    fps: number(),
    sample_rate: integer({ description: 'Hertz.' }),
    channels: integer(),
    asset: ASSET,
  },
  ['source'],
);
