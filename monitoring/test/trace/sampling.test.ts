import { randomFillSync } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { SamplingDecision } from '../../src/trace/decision.ts';
import { IdPool } from '../../src/trace/ids.ts';
import { RatioSampler } from '../../src/trace/sampler.ts';

/** Whoever asks is followed. */
const ALL = { take: () => true };

describe('ids', () => {
  it('are hexadecimal, of the right length, and never the same', () => {
    const ids = new IdPool((bytes) => randomFillSync(bytes));
    const seen = new Set<string>();
    for (let n = 0; n < 2_000; n++) {
      const [trace, span] = [ids.traceId(), ids.spanId()];
      expect(trace).to.match(/^[\da-f]{32}$/);
      expect(span).to.match(/^[\da-f]{16}$/);
      seen.add(trace).add(span);
    }
    expect(seen.size).to.equal(4_000);
  });

  it('are never the one that is none, whatever chance says', () => {
    const ids = new IdPool(() => undefined);
    expect(ids.traceId()).to.equal('1'.padStart(32, '0'));
    expect(ids.spanId()).to.equal('1'.padStart(16, '0'));
  });

  it('take their bytes in large portions', () => {
    let fills = 0;
    const ids = new IdPool(() => ++fills);
    for (let n = 0; n < 1_024; n++) ids.spanId();
    expect(fills).to.equal(1);
    ids.bits();
    expect(fills).to.equal(2);
  });
});

describe('which traces are recorded', () => {
  const shareOf = (ratio: number, looks = 20_000): number => {
    const ids = new IdPool((bytes) => randomFillSync(bytes));
    const decision = new SamplingDecision(new RatioSampler(ratio), ids, ALL);
    let recorded = 0;
    for (let n = 0; n < looks; n++) {
      if (!decision.records(undefined)) continue;
      recorded += 1;
      ids.traceId();
    }
    return recorded / looks;
  };

  it('follows the ratio, and at its ends takes none or all', () => {
    expect(shareOf(0)).to.equal(0);
    expect(shareOf(1)).to.equal(1);
    // Six standard deviations.
    expect(shareOf(0.25)).to.be.closeTo(0.25, 6 * Math.sqrt((0.25 * 0.75) / 20_000));
    expect(shareOf(0.01)).to.be.closeTo(0.01, 6 * Math.sqrt((0.01 * 0.99) / 20_000));
  });

  it('is decided by the id the trace gets: who looks at it later decides the same', () => {
    const ids = new IdPool((bytes) => randomFillSync(bytes));
    const decision = new SamplingDecision(new RatioSampler(0.3), ids, ALL);
    for (let n = 0; n < 2_000; n++) {
      const recorded = decision.records(undefined);
      // Bytes 9 to 12 of it.
      if (recorded) expect(Number.parseInt(ids.traceId().slice(18, 26), 16)).to.be.at.least(0.7 * 2 ** 32 - 1);
    }
  });

  it('is as likely for each, whichever was recorded before', () => {
    const ids = new IdPool((bytes) => randomFillSync(bytes));
    const decision = new SamplingDecision(new RatioSampler(0.25), ids, ALL);
    const recorded = Array.from({ length: 40_000 }, () => decision.records(undefined));
    const after = recorded.filter((_, nth) => recorded[nth - 1] === true);
    const share = after.filter(Boolean).length / after.length;
    // Six standard deviations.
    expect(share).to.be.closeTo(0.25, 6 * Math.sqrt((0.25 * 0.75) / after.length));
  });

  it('is a part of what a higher ratio takes', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.double({ min: 1e-6, max: 1, noNaN: true }),
        fc.double({ min: 1e-6, max: 1, noNaN: true }),
        (chance, one, other) => {
          const [less, more] = [Math.min(one, other), Math.max(one, other)];
          const bits = new RatioSampler(less).bitsOfTaken(chance);
          expect(bits).to.be.within(new RatioSampler(more).bitsOfTaken(0), 0xffff_ffff);
        },
      ),
    );
  });

  it('is as whoever is upstream has decided, whatever the ratio', () => {
    const parent = { traceId: 'f'.repeat(32), spanId: '1'.repeat(16) };
    for (const ratio of [0, 1]) {
      const decision = new SamplingDecision(new RatioSampler(ratio), new IdPool(() => undefined), ALL);
      expect(decision.records({ ...parent, sampled: true })).to.equal(true);
      expect(decision.records({ ...parent, sampled: false })).to.equal(false);
    }
  });

  it('costs no randomness where nothing is ever taken', () => {
    let fills = 0;
    const decision = new SamplingDecision(new RatioSampler(0), new IdPool(() => ++fills), ALL);
    expect(decision.records(undefined)).to.equal(false);
    expect(fills).to.equal(0);
  });
});
