import { expect } from 'chai';
import fc from 'fast-check';
import { compositionAt } from '../../src/compositor/composition.ts';
import { frameCount } from '../../src/compositor/timeline.ts';
import { shotOf, timelineOf } from './shots.ts';

const FADE = { kind: 'fade', seconds: 0.4 } as const;

describe('the composition of a frame', () => {
  it('changes the shot exactly at a cut', () => {
    const timeline = timelineOf([shotOf(), shotOf({ plate: 1, start: 1, end: 2 })]);
    expect(compositionAt(timeline, 9).base?.shot.plate).to.equal(0);
    expect(compositionAt(timeline, 10)).to.deep.include({ mix: 0, black: 0 });
    expect(compositionAt(timeline, 10).base?.shot.plate).to.equal(1);
  });

  it('moves a camera from the first view to the last', () => {
    const timeline = timelineOf([shotOf()]);
    expect(compositionAt(timeline, 0).base?.progress).to.equal(0);
    expect(compositionAt(timeline, 9).base?.progress).to.equal(1);
  });

  it('mixes the new shot in during a fade while the old one still moves', () => {
    const timeline = timelineOf([shotOf(), shotOf({ plate: 1, start: 1, end: 2, transition: FADE })]);
    const mixes = [10, 11, 12, 13].map((frame) => compositionAt(timeline, frame));
    expect(mixes.map(({ mix }) => mix)).to.deep.equal([24, 88, 168, 232]);
    expect(mixes.map(({ base, over }) => [base?.shot.plate, over?.shot.plate])).to.deep.equal(Array(4).fill([0, 1]));
    expect(mixes[3]?.base?.progress).to.equal(1);
    expect(compositionAt(timeline, 9).base?.progress).to.be.lessThan(1);
    expect(compositionAt(timeline, 14).base?.shot.plate).to.equal(1);
  });

  it('fades the first shot in from black', () => {
    const timeline = timelineOf([shotOf({ transition: FADE })]);
    expect(compositionAt(timeline, 0).base).to.equal(undefined);
    expect(compositionAt(timeline, 0).over?.shot.plate).to.equal(0);
    expect(compositionAt(timeline, 4)).to.deep.include({ mix: 0, black: 0 });
  });

  it('fades out to full black on the last frame', () => {
    const timeline = timelineOf([shotOf()], { fadeOutSeconds: 0.5 });
    const black = Array.from({ length: 10 }, (_, frame) => compositionAt(timeline, frame).black);
    expect(black.slice(0, 5)).to.deep.equal([0, 0, 0, 0, 0]);
    expect(black.at(-1)).to.equal(256);
    expect([...black].sort((a, b) => a - b)).to.deep.equal(black);
  });

  it('has every frame show something, whatever the lengths', () => {
    const lengths = fc.array(
      fc.record({ seconds: fc.integer({ min: 1, max: 50 }), fade: fc.integer({ min: 0, max: 10 }) }),
      {
        minLength: 1,
        maxLength: 8,
      },
    );
    fc.assert(
      fc.property(lengths, (parts) => {
        let start = 0;
        const shots = parts.map(({ seconds, fade }, plate) => {
          const end = start + seconds / 7;
          const transition = { kind: 'fade', seconds: (fade / 10) * (end - start) } as const;
          const shot = shotOf({ plate, start, end, transition });
          start = end;
          return shot;
        });
        const timeline = timelineOf(shots, { fps: 30 });
        for (let frame = 0; frame < frameCount(timeline); frame++) {
          const { base, over, mix } = compositionAt(timeline, frame);
          expect(base ?? over).not.to.equal(undefined);
          expect(over === undefined ? mix === 0 : mix >= 0 && mix <= 256).to.equal(true);
          for (const take of [base, over]) {
            expect(take === undefined || (take.progress >= 0 && take.progress <= 1)).to.equal(true);
          }
        }
      }),
      { numRuns: 50 },
    );
  });
});
