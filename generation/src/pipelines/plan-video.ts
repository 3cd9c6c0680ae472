import type { Mood } from '../picture/palette.ts';
import { termsPerScene } from '../script/terms.ts';
import type { GenerationThreads } from '../threads/generation-threads.ts';
import { moodOf } from './mood-of.ts';
import { pictureSize } from './picture-size.ts';
import { planShots, type ShotPlan } from './shot-plan.ts';
import { type CutRules, shotTimes } from './shot-times.ts';
import type { VideoClock } from './video-clock.ts';
import type { VideoRequest } from './video-request.ts';
import type { VideoScript } from './video-script.ts';

/** What fits the eye: the picture changes every three to four seconds. */
const IDEAL_SHOT_SECONDS = 3.2;
/** A scene comes back to a picture, closer, rather than show ever new ones. */
const MOST_PICTURES = 3;
const TERMS_PER_SCENE = 4;

/** What is planned with: the request, the words, their times, their mood, and the seed. */
export interface PlanJob {
  readonly request: VideoRequest;
  readonly script: VideoScript;
  readonly clock: VideoClock;
  readonly mood: Mood;
  readonly seed: number;
}

/** The mood of pictures and music: as asked for, else that of the words. */
export function videoMood({ mood, subject }: VideoRequest, { scenes }: VideoScript): Mood {
  return mood ?? moodOf([subject, ...scenes.map(({ text }) => text)].join('\n'));
}

/** Cuts the scenes into shots and chooses pictures about their words. Deterministic. */
export async function planVideo(job: PlanJob, threads: GenerationThreads, signal: AbortSignal): Promise<ShotPlan> {
  const { request, script, clock, mood, seed } = job;
  const { subject, language, aspect, resolution, fps, longestShotSeconds, transition } = request;
  const texts = script.scenes.map(({ text }) => text);
  const rules: CutRules = {
    idealSeconds: Math.min(IDEAL_SHOT_SECONDS, longestShotSeconds * 0.8),
    longestSeconds: longestShotSeconds,
  };
  const shots = clock.scenes.map((scene) => shotTimes(scene, scene.words, rules));
  const terms = termsPerScene(texts, TERMS_PER_SCENE, subject, language);
  const asked = script.scenes.map(({ text, title }, index) => ({
    text: `${title}\n${text}`,
    terms: terms[index] ?? [],
    plates: picturesFor(shots[index]?.length ?? 1),
  }));
  // The gallery brings its painters and their canvas along: too much for the thread that answers callers.
  const pictures = await threads.run('pictures.choose', { scenes: asked, options: { seed, mood } }, { signal });
  const scenes = shots.map((times, index) => ({ times, pictures: pictures[index] ?? [] }));
  return planShots({ scenes, ...pictureSize(aspect, resolution), fps, transition, seed });
}

function picturesFor(shots: number): number {
  return Math.min(MOST_PICTURES, Math.ceil((shots + 1) / 2));
}
