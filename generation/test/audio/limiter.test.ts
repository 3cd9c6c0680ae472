import { expect } from 'chai';
import fc from 'fast-check';
import { limit } from '../../src/audio/limiter.ts';
import type { Pcm } from '../../src/audio/pcm.ts';
import { truePeakDbtp } from '../../src/audio/true-peak.ts';
import { first, sine } from './tones.ts';

describe('true peak', () => {
  it('finds the peak that lies between the samples', () => {
    const between = sine(12_000, 0.5, { phase: Math.PI / 4 });
    const highestSample = Math.max(...first(between));
    expect(20 * Math.log10(highestSample)).to.be.closeTo(-3.01, 0.01);
    expect(truePeakDbtp(between)).to.be.closeTo(0, 0.2);
  });

  it('agrees with the samples where they hit the peak', () => {
    expect(truePeakDbtp(sine(1_000, 0.5, { level: -6 }))).to.be.closeTo(-6, 0.05);
  });

  it('looks at every channel and at both edges', () => {
    const quiet = new Float32Array(100);
    const edge = new Float32Array(100);
    edge[99] = -0.5;
    expect(truePeakDbtp({ sampleRate: 48_000, channels: [quiet, edge] })).to.be.closeTo(-6.02, 0.01);
  });

  it('is −Infinity for silence', () => {
    expect(truePeakDbtp({ sampleRate: 48_000, channels: [new Float32Array(50)] })).to.equal(Number.NEGATIVE_INFINITY);
  });
});

describe('limiter', () => {
  const samples = fc.float32Array({ minLength: 1, maxLength: 2_000, min: -1, max: 1, noNaN: true });

  it('keeps any sound below the ceiling, between the samples too', () => {
    fc.assert(
      fc.property(
        samples,
        fc.integer({ min: -20, max: 30 }),
        fc.integer({ min: -9, max: 0 }),
        (wave, gainDb, ceilingDb) => {
          const limited = limit({ sampleRate: 48_000, channels: [wave] }, { gainDb, ceilingDb });
          expect(truePeakDbtp(limited)).to.be.at.most(ceilingDb + 0.5);
          expect(Math.max(...first(limited).map(Math.abs))).to.be.at.most(10 ** (ceilingDb / 20));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('holds the ceiling to a twentieth of a decibel on a tone', () => {
    const limited = limit(sine(997, 1, { channels: 2 }), { gainDb: 12, ceilingDb: -1.5 });
    expect(truePeakDbtp(limited)).to.be.within(-1.65, -1.49);
  });

  it('only applies the gain where nothing comes near the ceiling', () => {
    const tone = sine(440, 0.2, { level: -20 });
    const louder = first(limit(tone, { gainDb: 6, ceilingDb: -1 }));
    first(tone).forEach((sample, i) => {
      expect(louder[i]).to.be.closeTo(sample * 10 ** (6 / 20), 1e-6);
    });
  });

  it('turns both sides down together, so that the picture does not wander', () => {
    const left = first(sine(300, 0.5));
    const right = left.map((sample) => sample * 0.5);
    const { channels } = limit({ sampleRate: 48_000, channels: [left, right] }, { gainDb: 9, ceilingDb: -1 });
    channels[0]?.forEach((sample, i) => {
      expect(channels[1]?.[i]).to.be.closeTo(sample * 0.5, 1e-6);
    });
  });

  it('comes back after a peak', () => {
    const wave: Pcm = sine(500, 1, { level: -12 });
    first(wave)[10_000] = 4;
    const limited = first(limit(wave, { gainDb: 0, ceilingDb: -1 }));
    const level = (from: number): number => Math.max(...limited.subarray(from, from + 500));
    expect(level(9_800 - 500)).to.be.closeTo(0.25, 0.01);
    expect(level(10_100)).to.be.below(0.1);
    expect(level(40_000)).to.be.closeTo(0.25, 0.005);
  });

  it('leaves nothing to divide by in silence and in no sound at all', () => {
    expect([...first(limit(sine(1, 0), { gainDb: 60, ceilingDb: -1 }))]).to.deep.equal([]);
    const { channels } = limit({ sampleRate: 48_000, channels: [new Float32Array(10)] }, { gainDb: 60, ceilingDb: -1 });
    expect([...(channels[0] ?? [])]).to.deep.equal(new Array(10).fill(0));
  });
});
