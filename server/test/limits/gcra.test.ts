import { expect } from 'chai';
import fc from 'fast-check';
import { Gcra, GcraCell, UNUSED } from '../../src/limits/gcra.ts';
import type { Rate } from '../../src/limits/rate.ts';
import { gap, rate, times } from './arrivals.ts';

const HUNDRED_A_MINUTE: Rate = { calls: 100, windowMs: 60_000, burst: 20 };

/** Times at which calls passed. */
function passed(limit: Rate, arrivals: readonly number[]): number[] {
  const cell = new GcraCell(new Gcra(limit));
  return arrivals.filter((at) => cell.take(at) === 0);
}

/** The worst excess over `burst + 1 + ⌊t · calls / windowMs⌋` in any closed interval. */
function excess({ calls, windowMs, burst }: Rate, at: readonly number[]): number {
  let worst = Number.NEGATIVE_INFINITY;
  at.forEach((from, first) => {
    for (let last = first; last < at.length; last++) {
      const allowed = burst + 1 + Math.floor((((at[last] ?? 0) - from) * calls) / windowMs);
      worst = Math.max(worst, last - first + 1 - allowed);
    }
  });
  return worst;
}

describe('gcra', () => {
  it('lets the burst and one more pass at once, then one each 600 ms', () => {
    const cell = new GcraCell(new Gcra(HUNDRED_A_MINUTE));
    const answers = Array.from({ length: 22 }, () => cell.take(5_000));
    expect(answers.slice(0, 21)).to.deep.equal(new Array(21).fill(0));
    expect(answers[21]).to.equal(600);
    expect(cell.take(5_599)).to.equal(1);
    expect(cell.take(5_600)).to.equal(0);
    expect(cell.take(5_600)).to.equal(600);
  });

  it('gives the whole burst back after a quiet time and no more', () => {
    const cell = new GcraCell(new Gcra(HUNDRED_A_MINUTE));
    for (let call = 0; call < 21; call++) cell.take(0);
    expect(cell.wait(12_600, 21)).to.equal(0);
    expect(cell.wait(12_599, 21)).to.equal(1);
    expect(cell.wait(86_400_000, 22)).to.equal(Number.POSITIVE_INFINITY);
  });

  it('never lets more pass than burst + 1 + rate · t in any interval, at whole milliseconds', () => {
    fc.assert(
      fc.property(rate, times(gap.whole), (limit, arrivals) => {
        expect(excess(limit, passed(limit, arrivals))).to.be.at.most(0);
      }),
      { numRuns: 2_000 },
    );
  });

  it('lets at most one more pass when times have fractions', () => {
    fc.assert(
      fc.property(rate, times(gap.fraction), (limit, arrivals) => {
        expect(excess(limit, passed(limit, arrivals))).to.be.at.most(1);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is not stricter than it says: a call passes whenever the bound leaves room for it', () => {
    fc.assert(
      fc.property(rate, times(gap.whole), (limit, arrivals) => {
        const kept: number[] = [];
        const cell = new GcraCell(new Gcra(limit));
        for (const at of arrivals) {
          const fits = excess(limit, [...kept, at]) <= 0;
          expect(cell.take(at) === 0, `at ${at}`).to.equal(fits);
          if (fits) kept.push(at);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('counts several at once like so many single ones, and all of them pass or none', () => {
    fc.assert(
      fc.property(rate, times(gap.whole), fc.array(fc.integer({ min: 1, max: 9 })), (limit, arrivals, sizes) => {
        const weighted = new GcraCell(new Gcra(limit));
        const single = new GcraCell(new Gcra(limit));
        arrivals.forEach((at, index) => {
          const size = sizes[index] ?? 1;
          if (weighted.take(at, size) > 0) return;
          for (let call = 0; call < size; call++) expect(single.take(at)).to.equal(0);
        });
        expect(weighted.arrival).to.equal(single.arrival);
      }),
      { numRuns: 1_000 },
    );
  });

  it('charges nothing for what it refuses', () => {
    fc.assert(
      fc.property(rate, times(gap.fraction), (limit, arrivals) => {
        const stubborn = passed(limit, arrivals);
        expect(passed(limit, stubborn)).to.deep.equal(stubborn);
      }),
      { numRuns: 1_000 },
    );
  });

  it('says the least whole number of milliseconds after which the same call passes', () => {
    const gaps = fc.oneof(gap.whole, gap.fraction);
    const bigTimes = fc.tuple(fc.double({ min: 0, max: 1e9, noNaN: true }), times(gaps));
    fc.assert(
      fc.property(rate, bigTimes, fc.integer({ min: 1, max: 9 }), (limit, [start, arrivals], size) => {
        const gcra = new Gcra(limit);
        let arrival = UNUSED;
        for (const at of arrivals.map((time) => start + time)) {
          const wait = gcra.wait(arrival, at, size);
          if (wait === 0) arrival = gcra.charge(arrival, at, size);
          else if (wait === Number.POSITIVE_INFINITY) expect(size).to.be.above(limit.burst + 1);
          else {
            expect(Number.isInteger(wait)).to.equal(true);
            expect(gcra.wait(arrival, at + wait, size)).to.equal(0);
            expect(gcra.wait(arrival, at + wait - 1, size)).to.be.above(0);
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('says so too where dividing the steps by the rate is off by one', () => {
    // With a prime window a rate's steps are 1 / calls ms; without burst a call passes at its theoretical arrival time.
    for (const [calls, now, arrival, exact, quotient] of [
      [35, 2148.1714285714284, 88_836, 391, 390],
      [134, 121.65671641791045, 71_108, 409, 410],
    ] as const) {
      expect(Math.ceil(arrival / calls - now)).to.equal(quotient);
      const gcra = new Gcra({ calls, windowMs: 1_009, burst: 0 });
      expect(gcra.wait(arrival, now, 1)).to.equal(exact);
      expect([gcra.wait(arrival, now + exact, 1), gcra.wait(arrival, now + exact - 1, 1)]).to.deep.equal([0, 1]);
    }
  });

  it('does not drift: the call after a million, each made as soon as it may, passes on the millisecond', () => {
    // The burst makes up for what rounding up to whole milliseconds loses.
    const cell = new GcraCell(new Gcra({ calls: 7, windowMs: 1_000, burst: 1 }));
    let now = 0;
    for (let calls = 0; calls < 1_000_001; calls++) {
      now += cell.wait(now);
      cell.take(now);
    }
    // 1,000,000 · 1000 / 7 ms, rounded up: 39 hours.
    expect(now + cell.wait(now)).to.equal(142_857_143);
  });

  it('refuses for as long as the clock stands still, with the same wait', () => {
    const cell = new GcraCell(new Gcra({ calls: 3, windowMs: 1_000, burst: 2 }));
    const answers = Array.from({ length: 1_000 }, () => cell.take(0.25));
    expect(answers.filter((wait) => wait === 0)).to.have.lengthOf(3);
    expect(new Set(answers.slice(3))).to.deep.equal(new Set([334]));
  });

  it('charges what has happened whether it fits or not', () => {
    const cell = new GcraCell(new Gcra({ calls: 1, windowMs: 1_000, burst: 0 }));
    for (let call = 0; call < 5; call++) cell.charge(0);
    expect(cell.wait(0)).to.equal(5_000);
  });

  for (const [member, wrong] of [
    ['calls', 0],
    ['calls', 1.5],
    ['calls', 100_000_001],
    ['windowMs', 0],
    ['windowMs', Number.NaN],
    ['windowMs', 86_400_001],
    ['burst', -1],
    ['burst', Number.POSITIVE_INFINITY],
  ] as const) {
    it(`refuses a rate with ${member} = ${wrong}`, () => {
      expect(() => new Gcra({ ...HUNDRED_A_MINUTE, [member]: wrong })).to.throw(`${member} is ${wrong}; use a whole`);
    });
  }
});
