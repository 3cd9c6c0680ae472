import type { ToolContext } from '@callsheet/protocol';
import { findTerms } from '../script/terms.ts';
import type { ScriptModels } from '../script/write-script.ts';
import { captionStage } from './caption-stage.ts';
import { dryRun } from './dry-run.ts';
import { narrate } from './narration.ts';
import { narratorFor } from './narrator.ts';
import { paintAhead } from './paint-ahead.ts';
import { pictureSize } from './picture-size.ts';
import { type PlanJob, planVideo, videoMood } from './plan-video.ts';
import { renderStage } from './render-stage.ts';
import { StageProgress } from './stage-progress.ts';
import type { Studio } from './studio.ts';
import { titleCards } from './title-cards.ts';
import { type VideoClock, videoClock } from './video-clock.ts';
import { type Stop, type VideoArguments, videoRequest } from './video-request.ts';
import { scriptResult, shotResults, type VideoResult } from './video-result.ts';
import { type VideoScript, videoScript } from './video-script.ts';
import { type Production, videoMusic, videoSound } from './video-sound.ts';

/** What the pipeline works with beside the context of its job. */
export interface VideoPorts {
  readonly studio: Studio;
  readonly models: ScriptModels;
  /** 0 to 1, for the seed nobody gave. */
  readonly random: () => number;
}

/** What there is when a stage is over. */
interface Finished {
  readonly stage: Stop;
  readonly found: Partial<VideoResult>;
}

const TERMS = 8;

/**
 * Makes a video out of words: script → terms → voice → captions and music side by side → mix → render → store. Every
 * finished stage is remembered under the hash of what went into it, so that a job that was interrupted goes on where it
 * was. Throws INVALID_PARAMS for words that cannot be told, UNAVAILABLE without ffmpeg, the signal's reason when it is
 * cancelled; nothing stays behind then but the stages that were finished.
 */
export async function createVideo(args: VideoArguments, ctx: ToolContext, ports: VideoPorts): Promise<VideoResult> {
  const request = videoRequest(args);
  const draw = () => Math.floor(ports.random() * 2 ** 32);
  if (ctx.dryRun) return dryRun(request, args.seed ?? draw(), ports.studio.threads, ctx.signal);
  // Remembered first, so that a resumed job goes on with the pictures it began.
  const seed = args.seed ?? (await ctx.memo('seed', async () => draw()));
  let result: Partial<VideoResult> = {};
  const progress = new StageProgress((report) => ctx.progress(report));
  const production = { ctx, studio: ports.studio, progress, request, seed };
  for await (const { stage, found } of stages(production, ports.models)) {
    result = { ...result, ...found };
    if (stage === request.stopAfter) break;
  }
  const { video, script, notices = [], result_urls = [], ...rest } = result;
  if (script === undefined) throw new Error('Cannot answer: the first stage made no script');
  const stopped = request.stopAfter === 'render' ? {} : { stopped_after: request.stopAfter };
  // The video goes first: who lists the files of a result meets it before its captions.
  return { ...(video !== undefined && { video }), ...rest, result_urls, script, notices, seed, ...stopped };
}

async function* stages(production: Production, models: ScriptModels): AsyncGenerator<Finished> {
  const { ctx, studio, progress, request, seed } = production;
  const { stopAfter } = request;

  const script = await progress.during('script', () => videoScript(request, models, ctx));
  const texts = script.scenes.map(({ text }) => text);
  const narrator = narratorFor(request, texts.join(' '));
  const notices = [script.notice, narrator.notice].filter((notice) => notice !== undefined);
  yield { stage: 'script', found: { script: scriptResult(script), notices } };

  const { subject, language } = request;
  const asked = { subject, script: texts.join('\n\n'), amount: TERMS, language, signal: ctx.signal };
  const terms = await progress.during('terms', () => findTerms(asked));
  yield { stage: 'terms', found: { terms } };

  const { voice, speaks } = narrator;
  const rendered = stopAfter === 'render';
  const [narration] = await Promise.all([
    progress.during('voice', () => narrate({ ctx, studio, progress, texts, voice, rate: request.voice.rate })),
    // Without it there will be no video: better to fail now than when all the rest is made.
    rendered ? studio.ffmpeg() : undefined,
  ]);
  const clock = videoClock(narration.facts, request.fps);
  const { durationSeconds: duration, words } = clock;
  const spoken = { duration, words, timing_quality: narration.facts.timing_quality };
  yield { stage: 'voice', found: speaks ? { ...spoken, narration: narration.asset } : spoken };

  const mood = videoMood(request, script);
  const [captions, music, { plan, ahead }] = await Promise.all([
    videoCaptions(production, script, clock),
    stopAfter === 'subtitles' ? undefined : videoMusic(production, duration, mood),
    // A narration found from an earlier run most likely means that the video is there, too.
    videoPictures(production, { request, script, clock, mood, seed }, rendered && narration.fresh),
  ]);
  const { srt, vtt } = captions;
  yield { stage: 'subtitles', found: { captions: { srt, vtt } } };

  const heard = speaks && request.voice.volume > 0 ? narration : undefined;
  const sound = await videoSound(production, clock, heard, music);
  const pictures = { mood, shots: shotResults(plan, clock) };
  yield {
    stage: 'media',
    found: { ...pictures, ...(sound !== undefined && { soundtrack: sound.asset, loudness: sound.facts }) },
  };

  const { method, grounded } = script;
  const params = { subject, voice: voice.id, method, grounded, mood, seed };
  progress.at('render', 0);
  const video = await renderStage({
    ...{ ctx, studio, progress, plan, params, quality: request.quality },
    ...(captions.drawn !== undefined && { drawn: captions.drawn }),
    ...(sound !== undefined && { soundtrack: sound }),
    ...(ahead !== undefined && { ahead }),
    parents: [srt, ...(sound === undefined ? [] : [sound.asset])].map(({ asset_id }) => asset_id),
  });
  progress.skip('render');
  progress.at('store', 1);
  yield { stage: 'render', found: { video: video.asset, result_urls: [video.asset.url] } };
}

async function videoPictures({ ctx, studio }: Production, job: PlanJob, paintNow: boolean) {
  const plan = await planVideo(job, studio.threads, ctx.signal);
  return paintNow ? { plan, ahead: paintAhead(plan.plates, studio.threads, ctx.signal) } : { plan };
}

function videoCaptions({ ctx, studio, progress, request }: Production, script: VideoScript, clock: VideoClock) {
  const { aspect, resolution, source, subject, subtitle: style, captions: burnIn } = request;
  const titled = source.kind === 'scenes' && source.scenes[0]?.title !== undefined;
  const titles = request.titleCards ? titleCards(script.scenes, clock, titled ? undefined : subject) : [];
  const frame = pictureSize(aspect, resolution);
  return progress.during('captions', () =>
    captionStage(ctx, studio, { frame, words: clock.words, style, burnIn, titles }),
  );
}
