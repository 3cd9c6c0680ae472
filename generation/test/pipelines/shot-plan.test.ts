import { expect } from 'chai';
import fc from 'fast-check';
import { checkTimeline } from '../../src/compositor/check-timeline.ts';
import { cameraMove, MOVE_COUNT } from '../../src/pipelines/camera-moves.ts';
import { type PlannedScene, planShots, type ShotPlanRequest } from '../../src/pipelines/shot-plan.ts';
import { shotTimes } from '../../src/pipelines/shot-times.ts';

const pictures = [
  { motif: 'reef', palette: 'lagoon', seed: 1 },
  { motif: 'deep-sea', palette: 'abyss', seed: 2 },
] as const;

/** Scenes of the given lengths, a word every 0.4 s and a full stop every eight words. */
function scenesOf(lengths: readonly number[], longestSeconds = 4): PlannedScene[] {
  let at = 0;
  return lengths.map((length) => {
    const start = at;
    at += length;
    const words = Array.from({ length: Math.floor(length / 0.4) }, (_, n) => {
      const from = start + n * 0.4;
      return { w: n % 8 === 7 ? 'stop.' : 'word', start: from, end: from + 0.35 };
    });
    const rules = { idealSeconds: longestSeconds * 0.8, longestSeconds };
    return { times: shotTimes({ start, end: at }, words, rules), pictures };
  });
}

const request = (over: Partial<ShotPlanRequest> = {}): ShotPlanRequest => ({
  scenes: scenesOf([9, 4, 12]),
  width: 480,
  height: 854,
  fps: 30,
  transition: 'fade',
  seed: 7,
  ...over,
});

describe('the shot plan', () => {
  it('makes a timeline that can be filmed, for any lengths of scenes', () => {
    const lengths = fc.array(fc.double({ min: 0.5, max: 40, noNaN: true }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(lengths, fc.nat(), fc.constantFrom('none', 'fade'), (seconds, seed, transition) => {
        const plan = planShots(request({ scenes: scenesOf(seconds), seed, transition }));
        checkTimeline(plan.timeline, plan.plates.length);
      }),
      { numRuns: 60 },
    );
  });

  it('changes the picture every two and a half to four seconds', () => {
    for (const { start, end } of planShots(request()).timeline.shots) expect(end - start).to.be.within(2.3, 4.1);
  });

  it('begins a new shot with every scene', () => {
    const starts = planShots(request()).timeline.shots.map(({ start }) => start);
    expect(starts).to.include.members([0, 9, 13]);
  });

  it('never shows neighbours the same piece of a plate, nor moves them the same way', () => {
    const { shots } = planShots(request({ scenes: scenesOf([30, 30]) })).timeline;
    for (const [index, shot] of shots.entries()) {
      const before = shots[index - 1];
      if (before === undefined) continue;
      const close = (zoom: number) => zoom > 1.25;
      expect(shot.plate !== before.plate || close(shot.from.zoom) !== close(before.from.zoom)).to.equal(true);
      expect([shot.from, shot.to]).not.to.eql([before.from, before.to]);
    }
  });

  it('cuts hard and ends without a fade when no transitions are wanted', () => {
    const { shots, fadeOutSeconds } = planShots(request({ transition: 'none' })).timeline;
    expect(shots.every(({ transition }) => transition.kind === 'cut')).to.equal(true);
    expect(fadeOutSeconds).to.equal(0);
  });

  it('keeps to shorter shots when asked to', () => {
    const { shots } = planShots(request({ scenes: scenesOf([9, 4, 12], 2.5) })).timeline;
    for (const { start, end } of shots) expect(end - start).to.be.at.most(2.6);
  });

  it('is the same for the same seed and another for another', () => {
    expect(planShots(request())).to.eql(planShots(request()));
    expect(planShots(request({ seed: 8 })).timeline).not.to.eql(planShots(request()).timeline);
  });
});

describe('camera moves', () => {
  it('stay on the plate, whatever the move, the crop and the length', () => {
    const crop = fc.constantFrom('wide' as const, 'close' as const);
    fc.assert(
      fc.property(fc.nat(100), crop, fc.double({ min: 0.1, max: 60, noNaN: true }), (index, kind, seconds) => {
        const { from, to } = cameraMove(index, kind, seconds);
        for (const { x, y, zoom } of [from, to]) {
          expect(zoom).to.be.at.least(1);
          for (const centre of [x, y]) expect(Math.abs(centre - 0.5)).to.be.at.most(0.5 - 0.5 / zoom + 1e-9);
        }
      }),
    );
  });

  it('move at a calm, even pace', () => {
    for (let index = 0; index < MOVE_COUNT; index += 1) {
      const { from, to } = cameraMove(index, 'wide', 3.2);
      expect(Math.hypot(to.x - from.x, to.y - from.y)).to.be.below(0.15);
      expect(Math.abs(Math.log(to.zoom / from.zoom))).to.be.below(0.1);
      expect(Math.hypot(to.x - from.x, to.y - from.y) + Math.abs(Math.log(to.zoom / from.zoom))).to.be.above(0.04);
    }
  });
});
