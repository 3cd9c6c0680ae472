import type { Shot, Timeline } from '../compositor/timeline.ts';
import type { PictureChoice } from '../picture/choose-motif.ts';
import type { PlateSpec } from '../picture/paint.ts';
import { plateSize } from '../picture/plate.ts';
import { seededRandom } from '../picture/seeded-random.ts';
import { cameraMove, MOVE_COUNT } from './camera-moves.ts';
import type { ShotTime } from './shot-times.ts';

/** A scene cut into shots, with what they show in turn. */
export interface PlannedScene {
  /** On the video's clock, without gaps, also between scenes. */
  readonly times: readonly ShotTime[];
  /** At least one. */
  readonly pictures: readonly PictureChoice[];
}

export interface ShotPlanRequest {
  readonly scenes: readonly PlannedScene[];
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly transition: 'none' | 'fade';
  readonly seed: number;
}

export interface ShotPlan {
  readonly timeline: Timeline;
  readonly plates: readonly PlateSpec[];
}

/** Between scenes a crossfade has time; inside a scene it is half a blink. */
const SCENE_FADE_SECONDS = 0.5;
const SHOT_FADE_SECONDS = 0.3;
const OPENING_FADE_SECONDS = 0.35;
const CLOSING_FADE_SECONDS = 0.6;

/**
 * Lays out plates and camera: the shots of a scene show its pictures in turn, first wide, then close, so that neighbours
 * show another plate or another piece of it, and every shot moves another way than the one before. Deterministic.
 */
export function planShots({ scenes, width, height, fps, transition, seed }: ShotPlanRequest): ShotPlan {
  const firstMove = seededRandom(seed).whole(0, MOVE_COUNT - 1);
  const plates: PlateSpec[] = [];
  const shots: Shot[] = [];
  for (const { times, pictures } of scenes) {
    const firstPlate = plates.length;
    plates.push(...pictures.map((picture) => ({ ...picture, ...plateSize(width, height) })));
    for (const [index, { start, end }] of times.entries()) {
      const crop = Math.floor(index / pictures.length) % 2 === 0 ? 'wide' : 'close';
      shots.push({
        plate: firstPlate + (index % pictures.length),
        start,
        end,
        ...cameraMove(firstMove + shots.length, crop, end - start),
        transition: transitionTo(transition, shots.length === 0, index === 0, end - start),
        easing: 'linear',
      });
    }
  }
  const durationSeconds = shots.at(-1)?.end ?? 0;
  const fadeOutSeconds = transition === 'fade' ? Math.min(CLOSING_FADE_SECONDS, durationSeconds / 2) : 0;
  return { timeline: { width, height, fps, durationSeconds, shots, fadeOutSeconds }, plates };
}

function transitionTo(kind: 'none' | 'fade', first: boolean, newScene: boolean, seconds: number): Shot['transition'] {
  if (kind === 'none') return { kind: 'cut', seconds: 0 };
  const wanted = first ? OPENING_FADE_SECONDS : newScene ? SCENE_FADE_SECONDS : SHOT_FADE_SECONDS;
  return { kind: 'fade', seconds: Math.min(wanted, seconds / 2) };
}
