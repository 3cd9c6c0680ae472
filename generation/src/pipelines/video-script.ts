import { CallError, type JsonObject, type ToolContext } from '@callsheet/protocol';
import { readingSeconds } from '../script/duration.ts';
import { scenesOf, titleOf } from '../script/scenes.ts';
import { type ScriptModels, type WrittenScript, writeScript } from '../script/write-script.ts';
import { stageKey } from './stage-key.ts';
import type { VideoRequest, VideoSource } from './video-request.ts';

/** The script of a video, cut into scenes, with where it came from. Plain JSON. */
export interface VideoScript extends JsonObject {
  scenes: { title: string; text: string }[];
  method: WrittenScript['method'] | 'given';
  provider: string;
  model?: string;
  /** True when every sentence is the caller's own. */
  grounded: boolean;
  notice?: string;
}

/** Longer narrations would take hours to render and gigabytes of memory to mix. */
const LONGEST_SECONDS = 540;
const VERSION = 1;

/**
 * Takes the caller's scenes or script, or writes one and remembers it.
 * Throws INVALID_PARAMS for a text without words or too long a one.
 */
export async function videoScript(request: VideoRequest, models: ScriptModels, ctx: ToolContext): Promise<VideoScript> {
  const { source, subject, language } = request;
  if (source.kind !== 'write') return checked(givenScript(source, language), request);
  const params = { subject, language: language ?? '', ...source, sourceText: source.sourceText ?? '' };
  const written = await ctx.memo(stageKey('script', VERSION, params), () => newScript(request, source, models, ctx));
  return checked(written, request);
}

/** The script as the caller gave it. Throws INVALID_PARAMS for a scene without words. */
export function givenScript(
  source: Exclude<VideoSource, { kind: 'write' }>,
  language: string | undefined,
): VideoScript {
  const origin = { method: 'given', provider: 'caller', grounded: true } as const;
  if (source.kind === 'script') {
    const scenes = scenesOf(source.text, language).filter(({ text }) => hasWords(text));
    return { scenes: scenes.map(({ title, text }) => ({ title, text })), ...origin };
  }
  const taken = new Set<string>();
  const scenes = source.scenes.map(({ title, text }, index) => {
    if (!hasWords(text)) throw wordless(`scene ${index + 1} has no words`, `/scenes/${index}/text`);
    return { title: title ?? titleOf(text, language, taken), text };
  });
  return { scenes, ...origin };
}

function hasWords(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

function wordless(what: string, path: string): CallError {
  return new CallError('INVALID_PARAMS', `Cannot make the video: ${what}; give some to say or to show`, {
    issues: [{ path, keyword: 'words', message: 'must hold words' }],
  });
}

/** Writes a script by the best means among the models. */
export async function newScript(
  { subject, language }: VideoRequest,
  { paragraphs, targetSeconds, sourceText }: Extract<VideoSource, { kind: 'write' }>,
  models: ScriptModels,
  { signal, trace }: Pick<ToolContext, 'signal' | 'trace'>,
): Promise<VideoScript> {
  const provider = 'auto';
  const asked = { subject, paragraphs, targetSeconds, language, sourceText, provider, signal, trace } as const;
  const { scenes, method, provider: by, model, grounded, notice } = await writeScript(asked, models);
  return {
    ...{ scenes: scenes.map(({ title, text }) => ({ title, text })), method, provider: by, grounded },
    ...(model !== undefined && { model }),
    ...(notice !== undefined && { notice }),
  };
}

function checked(script: VideoScript, { voice }: VideoRequest): VideoScript {
  const seconds = script.scenes.reduce((sum, { text }) => sum + readingSeconds(text, voice.rate), 0);
  if (seconds > LONGEST_SECONDS) {
    throw new CallError(
      'INVALID_PARAMS',
      `Cannot make a video of about ${Math.round(seconds / 60)} minutes: the narration may last ${LONGEST_SECONDS / 60}; shorten it or make several videos`,
      { details: { reason: 'too_long', seconds: Math.round(seconds), longest_seconds: LONGEST_SECONDS } },
    );
  }
  if (script.scenes.length === 0) throw wordless('the script has no words', '/video_script');
  return script;
}
