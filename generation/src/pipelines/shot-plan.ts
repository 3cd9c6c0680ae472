import type { Shot, Timeline } from '../compositor/timeline.ts';
import type { PlateSpec } from '../picture/paint.ts';
import { plateSize } from '../picture/plate.ts';
import { seededRandom } from '../picture/seeded-random.ts';
import type { TimedWord } from '../timed-word.ts';
import { cameraMove, MOVE_COUNT } from './camera-moves.ts';
import { shotTimes } from './shot-times.ts';

/** What a plate shows, before it has a size. */
export type Picture = Pick<PlateSpec, 'motif' | 'palette' | 'text'>;

/** A scene on the video's clock. The first starts with the video, each other one where the one before ends. */
export interface PlannedScene {
  readonly title: string;
  /** Seconds. */
  readonly start: number;
  /** Seconds. */
  readonly end: number;
  readonly words: readonly TimedWord[];
  /** What its shots show, in turn; at least one. */
  readonly pictures: readonly Picture[];
}

export interface ShotPlanRequest {
  readonly scenes: readonly PlannedScene[];
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  /** Shots longer than this only where no word ends before. */
  readonly longestShotSeconds: number;
  readonly transition: 'none' | 'fade';
  readonly seed: number;
}

export interface ShotPlan {
  readonly timeline: Timeline;
  readonly plates: readonly PlateSpec[];
}

/** What fits the eye: the picture changes every three to four seconds. */
const IDEAL_SHOT_SECONDS = 3.2;
/** Between scenes a crossfade has time; inside a scene it is half a blink. */
const SCENE_FADE_SECONDS = 0.5;
const SHOT_FADE_SECONDS = 0.3;
const OPENING_FADE_SECONDS = 0.35;
const CLOSING_FADE_SECONDS = 0.6;

/**
 * Lays out the pictures: every scene begins a new shot, long scenes are cut at ends of sentences and words, neighbouring
 * shots show another plate or another piece of it, and move another way. Deterministic.
 */
export function planShots(request: ShotPlanRequest): ShotPlan {
  const { scenes, width, height, fps, transition, longestShotSeconds } = request;
  const random = seededRandom(request.seed);
  const firstMove = random.whole(0, MOVE_COUNT - 1);
  const plates: PlateSpec[] = [];
  const shots: Shot[] = [];
  const rules = {
    idealSeconds: Math.min(IDEAL_SHOT_SECONDS, longestShotSeconds * 0.8),
    longestSeconds: longestShotSeconds,
  };
  for (const scene of scenes) {
    const shown = scene.pictures.map((picture) => {
      plates.push({ ...picture, seed: random.whole(0, 0xffffffff), ...plateSize(width, height) });
      return plates.length - 1;
    });
    for (const [index, { start, end }] of shotTimes(scene, scene.words, rules).entries()) {
      const crop = Math.floor(index / shown.length) % 2 === 0 ? 'wide' : 'close';
      shots.push({
        plate: shown[index % shown.length] ?? 0,
        start,
        end,
        ...cameraMove(firstMove + shots.length, crop, end - start),
        transition: transitionTo(transition, shots.length === 0, index === 0, end - start),
        easing: 'linear',
      });
    }
  }
  const durationSeconds = scenes.at(-1)?.end ?? 0;
  const fadeOutSeconds = transition === 'fade' ? CLOSING_FADE_SECONDS : 0;
  return { timeline: { width, height, fps, durationSeconds, shots, fadeOutSeconds }, plates };
}

function transitionTo(kind: 'none' | 'fade', first: boolean, newScene: boolean, seconds: number): Shot['transition'] {
  if (kind === 'none') return { kind: 'cut', seconds: 0 };
  const wanted = first ? OPENING_FADE_SECONDS : newScene ? SCENE_FADE_SECONDS : SHOT_FADE_SECONDS;
  return { kind: 'fade', seconds: Math.min(wanted, seconds / 2) };
}
