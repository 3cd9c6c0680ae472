import type { Easing } from './easing.ts';

/** What the camera sees of a plate. */
export interface View {
  /** Centre, as a share of the plate's width, 0 to 1. A view that would leave the plate is moved back inside. */
  readonly x: number;
  /** Centre, as a share of the plate's height, 0 to 1. */
  readonly y: number;
  /** 1 shows the largest piece of the plate that has the frame's shape; 2 shows half of it in each direction. */
  readonly zoom: number;
}

/** How a shot begins. `seconds` is ignored by a cut. */
export interface Transition {
  readonly kind: 'cut' | 'fade';
  /** The fade starts at the shot's start, while the shot before it keeps moving underneath; the first shot fades from black. */
  readonly seconds: number;
}

/** One plate, filmed by a moving camera. */
export interface Shot {
  /** Index into the plates of the render job. Several shots may film one plate. */
  readonly plate: number;
  /** Seconds from the beginning of the video; the first shot starts at 0, each other one where the one before ends. */
  readonly start: number;
  /** Seconds; the last shot ends with the video. */
  readonly end: number;
  readonly from: View;
  readonly to: View;
  readonly transition: Transition;
  readonly easing: Easing;
}

/** A whole video as pictures in time. Plain JSON. */
export interface Timeline {
  /** Pixels, even, 16 to 4096. */
  readonly width: number;
  /** Pixels, even, 16 to 4096. */
  readonly height: number;
  /** Whole frames per second, 1 to 120. */
  readonly fps: number;
  /** At least one frame, at most four hours. */
  readonly durationSeconds: number;
  readonly shots: readonly Shot[];
  /** The picture fades to black over the last seconds. Default 0: it ends as it is. */
  readonly fadeOutSeconds?: number;
}

/** Frames in the whole video. */
export function frameCount(timeline: Pick<Timeline, 'durationSeconds' | 'fps'>): number {
  return Math.round(timeline.durationSeconds * timeline.fps);
}
