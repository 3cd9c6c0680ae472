import { expect } from 'chai';
import { HistogramWindow } from '../../src/metrics/histogram-window.ts';
import { watchedRegistry } from './reported.ts';

const BOUNDS = [1, 2, 4];

function watched() {
  const definition = { name: 'call_seconds', help: 'Calls.', labels: [], bounds: BOUNDS };
  const family = watchedRegistry().registry.histogram(definition);
  const window = new HistogramWindow(BOUNDS);
  const tell = (at: number, ...values: number[]): void => {
    for (const value of values) family.cell().observe(value);
    window.record(at, family.cell());
  };
  return { family, window, tell };
}

describe('A window over a histogram', () => {
  it('finds quantiles of what was observed lately, not of all there ever was', () => {
    const { window, tell } = watched();
    tell(0, 0.1, 0.1, 0.1, 0.1, 0.1);
    tell(60_000, 3, 3);
    expect(window.quantile(0.5, 60_000, 60_000)).to.equal(3);
    expect(window.growth(60_000, 60_000)).to.deep.equal({ counts: Float64Array.of(0, 0, 2, 0), count: 2, sum: 6 });
    tell(120_000);
    expect(window.quantile(0.5, 60_000, 120_000)).to.equal(undefined);
    expect(window.growth(60_000, 120_000)?.count).to.equal(0);
  });

  it('knows nothing before the second sample', () => {
    const { window, tell } = watched();
    tell(0, 1);
    expect(window.growth(60_000, 0)).to.equal(undefined);
    expect(window.quantile(0.5, 60_000, 0)).to.equal(undefined);
  });

  it('goes on when the histogram began anew', () => {
    const { family, window, tell } = watched();
    tell(0, 0.5, 0.5);
    tell(1_000, 1.5);
    family.clear();
    tell(2_000, 3);
    expect(window.growth(60_000, 2_000)).to.deep.equal({ counts: Float64Array.of(0, 1, 1, 0), count: 2, sum: 4.5 });
  });

  it('keeps what it was told, whatever is observed afterwards', () => {
    const { family, window, tell } = watched();
    tell(0);
    tell(1_000, 0.5);
    family.cell().observe(3);
    expect(window.growth(60_000, 1_000)?.count).to.equal(1);
  });

  it('refuses a histogram of other buckets', () => {
    const reading = { counts: new Float64Array(3), count: 0, sum: 0 };
    const sentence = 'Cannot record a histogram of 3 buckets; those of this window have 4';
    expect(() => new HistogramWindow(BOUNDS).record(0, reading)).to.throw(RangeError, sentence);
  });
});
