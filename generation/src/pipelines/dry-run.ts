import type { GenerationThreads } from '../threads/generation-threads.ts';
import { estimateSpeech } from '../voice/estimate.ts';
import { SCENE_PAUSE_SECONDS, type SpokenScene } from './narration.ts';
import { type Narrator, narratorFor } from './narrator.ts';
import { planVideo, videoMood } from './plan-video.ts';
import { STAGES } from './stage-progress.ts';
import { videoClock } from './video-clock.ts';
import type { VideoRequest } from './video-request.ts';
import { scriptResult, shotResults, type VideoResult } from './video-result.ts';
import { givenScript, newScript, type VideoScript } from './video-script.ts';

const NOTICE = 'Dry run: nothing was made, stored or paid for; times are estimated from the text.';
const MODEL_NOTICE = 'A script that a language model would write was replaced by one written without it.';

/** Says what would be made: script, shots and length, with times estimated from the text. Asks no language model. */
export async function dryRun(
  request: VideoRequest,
  seed: number,
  threads: GenerationThreads,
  signal: AbortSignal,
): Promise<VideoResult> {
  const { source, language } = request;
  const script =
    source.kind === 'write'
      ? await newScript(request, source, {}, { signal, trace: {} })
      : givenScript(source, language);
  const narrator = narratorFor(request, script.scenes.map(({ text }) => text).join(' '));
  const clock = videoClock(estimatedNarration(script, request.voice.rate), request.fps);
  const mood = videoMood(request, script);
  const plan = await planVideo({ request, script, clock, mood, seed }, threads, signal);
  return {
    result_urls: [],
    duration: clock.durationSeconds,
    script: scriptResult(script),
    mood,
    shots: shotResults(plan, clock),
    seed,
    notices: notices(script, narrator, source.kind === 'write'),
    plan: { stages: STAGES, estimated_seconds: clock.durationSeconds },
  };
}

function notices(script: VideoScript, narrator: Narrator, written: boolean): string[] {
  const all = [NOTICE, written ? MODEL_NOTICE : undefined, script.notice, narrator.notice];
  return all.filter((notice) => notice !== undefined);
}

function estimatedNarration(script: VideoScript, rate: number): { seconds: number; scenes: SpokenScene[] } {
  let at = 0;
  const scenes = script.scenes.map(({ text }) => {
    const start = at;
    const { words, durationSeconds } = estimateSpeech(text, rate);
    at = start + durationSeconds + SCENE_PAUSE_SECONDS / rate;
    const moved = words.map(({ w, start: from, end }) => ({ w, start: start + from, end: start + end }));
    return { start, end: start + durationSeconds, words: moved };
  });
  return { seconds: scenes.at(-1)?.end ?? 0, scenes };
}
