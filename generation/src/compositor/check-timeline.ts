import { CallError, type Issue } from '@callsheet/protocol';
import { EASINGS } from './easing.ts';
import { frameCount, type Shot, type Timeline, type View } from './timeline.ts';

/** Four hours: longer work is cut into parts by the caller. */
const LONGEST_SECONDS = 4 * 3600;

type Complain = (path: string, keyword: string, message: string) => void;

/**
 * Refuses a timeline that cannot be filmed, naming every place that is wrong.
 *
 * @param plates how many plates the job has; shots point into them
 * @throws CallError INVALID_PARAMS with one issue per place
 */
export function checkTimeline(timeline: Timeline, plates: number): void {
  const issues: Issue[] = [];
  const complain: Complain = (path, keyword, message) => issues.push({ path, keyword, message });

  checkSize(timeline.width, '/width', complain);
  checkSize(timeline.height, '/height', complain);
  if (!Number.isInteger(timeline.fps) || timeline.fps < 1 || timeline.fps > 120) {
    complain('/fps', 'range', `"${timeline.fps}" is not a whole number from 1 to 120`);
  }
  const duration = timeline.durationSeconds;
  if (!(frameCount(timeline) >= 1 && duration <= LONGEST_SECONDS)) {
    complain('/durationSeconds', 'range', `"${duration}" is not between one frame and ${LONGEST_SECONDS} seconds`);
  }
  const fadeOut = timeline.fadeOutSeconds ?? 0;
  if (!(fadeOut >= 0 && fadeOut <= duration)) {
    complain('/fadeOutSeconds', 'range', `"${fadeOut}" is not between 0 and the duration`);
  }
  if (timeline.shots.length === 0) complain('/shots', 'minItems', 'a video needs at least one shot');
  checkCover(timeline, complain);
  for (const [index, shot] of timeline.shots.entries()) checkShot(shot, plates, `/shots/${index}`, complain);

  const first = issues[0];
  if (first !== undefined) {
    const rest = issues.length === 1 ? '' : `, and ${issues.length - 1} more`;
    const sentence = `Cannot film the timeline: ${first.path}: ${first.message}${rest}; correct it and render again`;
    throw new CallError('INVALID_PARAMS', sentence, { issues });
  }
}

function checkSize(pixels: number, path: string, complain: Complain): void {
  if (!Number.isInteger(pixels) || pixels % 2 !== 0 || pixels < 16 || pixels > 4096) {
    complain(path, 'range', `"${pixels}" is not an even number of pixels from 16 to 4096`);
  }
}

/** Shots follow each other without gap or overlap, to the half frame that rounding to frames forgives. */
function checkCover(timeline: Timeline, complain: Complain): void {
  const slack = 0.5 / timeline.fps;
  let expected = 0;
  for (const [index, shot] of timeline.shots.entries()) {
    if (!(Math.abs(shot.start - expected) <= slack)) {
      complain(
        `/shots/${index}/start`,
        'sequence',
        `"${shot.start}" should be ${expected}, where the shot before ends`,
      );
    }
    if (!(Math.round(shot.end * timeline.fps) > Math.round(shot.start * timeline.fps))) {
      complain(`/shots/${index}/end`, 'range', `"${shot.end}" leaves the shot without a frame`);
    }
    expected = shot.end;
  }
  if (timeline.shots.length > 0 && !(Math.abs(timeline.durationSeconds - expected) <= slack)) {
    complain(
      '/durationSeconds',
      'sequence',
      `"${timeline.durationSeconds}" should be ${expected}, where the last shot ends`,
    );
  }
}

function checkShot(shot: Shot, plates: number, path: string, complain: Complain): void {
  if (!Number.isInteger(shot.plate) || shot.plate < 0 || shot.plate >= plates) {
    complain(`${path}/plate`, 'range', `"${shot.plate}" is not one of the ${plates} plates`);
  }
  const { kind, seconds } = shot.transition;
  if (kind !== 'cut' && kind !== 'fade') complain(`${path}/transition/kind`, 'enum', `"${kind}" is not cut or fade`);
  // A longer fade would overlap the next one, and then three plates would be on screen at once.
  if (kind === 'fade' && !(seconds >= 0 && seconds <= shot.end - shot.start)) {
    complain(`${path}/transition/seconds`, 'range', `"${seconds}" is not between 0 and the length of the shot`);
  }
  if (!EASINGS.includes(shot.easing)) {
    complain(`${path}/easing`, 'enum', `"${shot.easing}" is not one of ${EASINGS.join(', ')}`);
  }
  checkView(shot.from, `${path}/from`, complain);
  checkView(shot.to, `${path}/to`, complain);
}

function checkView(view: View, path: string, complain: Complain): void {
  for (const axis of ['x', 'y'] as const) {
    if (!(view[axis] >= 0 && view[axis] <= 1))
      complain(`${path}/${axis}`, 'range', `"${view[axis]}" is not from 0 to 1`);
  }
  if (!(view.zoom >= 1 && view.zoom <= 16)) complain(`${path}/zoom`, 'range', `"${view.zoom}" is not from 1 to 16`);
}
