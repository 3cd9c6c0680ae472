import { CallError } from '@callsheet/protocol';
import { readingSeconds } from '../script/duration.ts';
import { type Scene, scenesOf, titleOf } from '../script/scenes.ts';
import { type ScriptModels, type WrittenScript, writeScript } from '../script/write-script.ts';
import type { VideoRequest } from './video-request.ts';

/** The script of a video, cut into scenes, with where it came from. */
export interface VideoScript {
  readonly scenes: readonly Scene[];
  readonly method: WrittenScript['method'] | 'given';
  readonly provider: string;
  readonly model?: string;
  /** True when every sentence is the caller's own. */
  readonly grounded: boolean;
  readonly notice?: string;
}

/** Longer narrations would take hours to render and gigabytes of memory to mix. */
const LONGEST_SECONDS = 600;

/** Takes the caller's scenes or script, or writes one. Throws INVALID_PARAMS for a text without words or too long a one. */
export async function videoScript(
  request: VideoRequest,
  models: ScriptModels,
  signal: AbortSignal,
): Promise<VideoScript> {
  const script = await scriptFor(request, models, signal);
  const seconds = script.scenes.reduce((sum, { text }) => sum + readingSeconds(text, request.voice.rate), 0);
  if (seconds > LONGEST_SECONDS) {
    throw new CallError(
      'INVALID_PARAMS',
      `Cannot make a video of about ${Math.round(seconds / 60)} minutes: the narration may last ${LONGEST_SECONDS / 60}; shorten it or make several videos`,
      { details: { reason: 'too_long', seconds: Math.round(seconds), longest_seconds: LONGEST_SECONDS } },
    );
  }
  if (!script.scenes.some(({ text }) => /[\p{L}\p{N}]/u.test(text))) {
    throw new CallError('INVALID_PARAMS', 'Cannot make a video: the script has no words; give some to say or to show');
  }
  return script;
}

async function scriptFor(request: VideoRequest, models: ScriptModels, signal: AbortSignal): Promise<VideoScript> {
  const { source, subject, language } = request;
  if (source.kind === 'scenes') {
    const taken = new Set<string>();
    const scenes = source.scenes.map(({ title, text }) => ({ title: title ?? titleOf(text, language, taken), text }));
    return { scenes, method: 'given', provider: 'caller', grounded: true };
  }
  if (source.kind === 'script') {
    return { scenes: scenesOf(source.text, language), method: 'given', provider: 'caller', grounded: true };
  }
  const { paragraphs, targetSeconds, sourceText } = source;
  const written = await writeScript(
    { subject, paragraphs, targetSeconds, language, sourceText, provider: 'auto', signal },
    models,
  );
  const { method, provider, model, grounded, notice } = written;
  return {
    ...{ scenes: written.scenes, method, provider, grounded },
    ...(model !== undefined && { model }),
    ...(notice !== undefined && { notice }),
  };
}
