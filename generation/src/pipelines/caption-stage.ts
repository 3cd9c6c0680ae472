import type { Asset, JsonObject, ToolContext } from '@callsheet/protocol';
import type { CaptionRequest, CaptionTexts } from './picture-tasks.ts';
import { stageFile } from './stage-file.ts';
import { stageKey } from './stage-key.ts';
import type { Studio } from './studio.ts';

/** Captions as files beside the video, and what is drawn on it. */
export interface Captions {
  readonly drawn?: CaptionTexts['drawn'];
  readonly srt: Asset;
  readonly vtt: Asset;
}

const VERSION = 1;

/** Sets the captions and stores the sidecar files. The setting itself is quick and done again by a resumed job. */
export async function captionStage(ctx: ToolContext, studio: Studio, request: CaptionRequest): Promise<Captions> {
  const texts = await studio.threads.run('captions.set', request, { signal: ctx.signal });
  const [srt, vtt] = await Promise.all([store(ctx, texts, 'srt'), store(ctx, texts, 'vtt')]);
  return { srt, vtt, ...(texts.drawn !== undefined && { drawn: texts.drawn }) };
}

const MEDIA_TYPES = { srt: 'application/x-subrip', vtt: 'text/vtt' } as const;

async function store(ctx: ToolContext, texts: CaptionTexts, format: keyof typeof MEDIA_TYPES): Promise<Asset> {
  const text = texts[format];
  const file = await stageFile<JsonObject>(ctx, stageKey(format, VERSION, { text }), async () => ({
    facts: {},
    content: new TextEncoder().encode(text),
    about: { kind: 'subtitle', mime: MEDIA_TYPES[format], extension: format, provider: 'local' },
  }));
  return file.asset;
}
