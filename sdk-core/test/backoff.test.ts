import { expect } from 'chai';
import fc from 'fast-check';
import { reconnectDelay } from '../src/backoff.ts';

describe('the pause before a dial', () => {
  it('is spread over the whole range, the first within 100 ms', () => {
    expect(reconnectDelay(1, {}, () => 0)).to.equal(0);
    expect(reconnectDelay(1, {}, () => 0.999)).to.be.closeTo(100, 1);
    expect(reconnectDelay(2, {}, () => 0)).to.equal(0);
    expect(reconnectDelay(2, {}, () => 0.5)).to.equal(500);
  });

  it('never passes its ceiling, whatever the attempt', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5_000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.integer({ min: 1, max: 60_000 }),
        fc.boolean(),
        (attempt, random, maxMs, overloaded) => {
          const delay = reconnectDelay(attempt, { maxMs, firstDelayMs: 10 }, () => random, overloaded);
          expect(delay).to.be.within(0, Math.max(maxMs, 10));
        },
      ),
    );
  });

  it('a thousand clients do not come back together', () => {
    const delays = Array.from({ length: 1_000 }, () => reconnectDelay(4, {}, Math.random));
    const buckets = new Map<number, number>();
    for (const delay of delays) buckets.set(Math.floor(delay / 100), (buckets.get(Math.floor(delay / 100)) ?? 0) + 1);
    expect(Math.max(...buckets.values())).to.be.below(80);
  });
});
