import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { checkTimeline } from '../../src/compositor/check-timeline.ts';
import type { Timeline } from '../../src/compositor/timeline.ts';
import { shotOf, timelineOf } from './shots.ts';

function complaints(timeline: Timeline, plates = 1): string[] {
  try {
    checkTimeline(timeline, plates);
    return [];
  } catch (error) {
    if (!CallError.is(error)) throw error;
    expect(error.errorName).to.equal('INVALID_PARAMS');
    return (error.facts.issues ?? []).map(({ path }) => path);
  }
}

describe('checking a timeline', () => {
  it('accepts shots that follow each other', () => {
    const fade = { kind: 'fade', seconds: 1 } as const;
    const timeline = timelineOf([shotOf(), shotOf({ start: 1, end: 2.5, transition: fade })], { fadeOutSeconds: 0.3 });
    expect(complaints(timeline)).to.deep.equal([]);
  });

  const wrong: [string, Timeline, string][] = [
    ['an odd width', timelineOf([shotOf()], { width: 63 }), '/width'],
    ['a height above the limit', timelineOf([shotOf()], { height: 5000 }), '/height'],
    ['a broken frame rate', timelineOf([shotOf()], { fps: 29.97 }), '/fps'],
    ['no duration', timelineOf([shotOf()], { durationSeconds: Number.NaN }), '/durationSeconds'],
    ['a fade-out longer than the video', timelineOf([shotOf()], { fadeOutSeconds: 2 }), '/fadeOutSeconds'],
    ['no shots', timelineOf([]), '/shots'],
    ['a gap between shots', timelineOf([shotOf(), shotOf({ start: 1.5, end: 2 })]), '/shots/1/start'],
    ['a shot too short for a frame', timelineOf([shotOf(), shotOf({ start: 1, end: 1.01 })]), '/shots/1/end'],
    ['shots that end too early', timelineOf([shotOf()], { durationSeconds: 2 }), '/durationSeconds'],
    ['a plate nobody has', timelineOf([shotOf({ plate: 1 })]), '/shots/0/plate'],
    [
      'a fade longer than its shot',
      timelineOf([shotOf({ transition: { kind: 'fade', seconds: 1.2 } })]),
      '/shots/0/transition/seconds',
    ],
    ['a view beyond the plate', timelineOf([shotOf({ from: { x: 1.2, y: 0.5, zoom: 1 } })]), '/shots/0/from/x'],
    ['a zoom below one', timelineOf([shotOf({ to: { x: 0.5, y: 0.5, zoom: 0.9 } })]), '/shots/0/to/zoom'],
  ];
  for (const [what, timeline, path] of wrong) {
    it(`names ${what}`, () => {
      expect(complaints(timeline)).to.include(path);
    });
  }

  it('refuses names it does not know, as they may come from JSON', () => {
    const shot = JSON.parse(JSON.stringify(shotOf()).replace('linear', 'bounce').replace('cut', 'swirl'));
    expect(complaints(timelineOf([shot]))).to.deep.equal(['/shots/0/transition/kind', '/shots/0/easing']);
  });

  it('says the first fault in words and counts the others', () => {
    const timeline = timelineOf([shotOf({ plate: 4 })], { width: 63 });
    expect(() => checkTimeline(timeline, 1)).to.throw(/\/width: "63" is not an even number.*and 1 more/);
  });
});
