import { expect } from 'chai';
import fc from 'fast-check';
import { Gcra, GcraCell } from '../../src/limits/gcra.ts';
import { GcraMap } from '../../src/limits/gcra-map.ts';
import { gap, rate } from './arrivals.ts';

const ONE_A_SECOND = new Gcra({ calls: 1, windowMs: 1_000, burst: 4 });

const call = (keys: number) =>
  fc.record({ key: fc.nat(keys - 1).map(String), gap: gap.fraction, size: fc.integer({ min: 1, max: 6 }) });

describe('gcra map', () => {
  it('answers for every key as a cell of its own would', () => {
    fc.assert(
      fc.property(rate, fc.array(call(4), { maxLength: 60 }), (limit, calls) => {
        const gcra = new Gcra(limit);
        const map = new GcraMap(gcra);
        const cells = new Map<string, GcraCell>();
        let now = 0;
        for (const { key, gap: later, size } of calls) {
          now += later;
          const cell = cells.get(key) ?? new GcraCell(gcra);
          cells.set(key, cell);
          expect(map.wait(key, now, size)).to.equal(cell.wait(now, size));
          expect(map.take(key, now, size)).to.equal(cell.take(now, size));
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('charges what has happened whether it fits or not, known key or new', () => {
    const map = new GcraMap(ONE_A_SECOND);
    map.charge('a', 0, 7);
    map.charge('a', 0);
    expect(map.wait('a', 0)).to.equal(4_000);
  });

  it('remembers nothing of a question, nor of a call that never passes', () => {
    const map = new GcraMap(ONE_A_SECOND);
    expect([map.wait('a', 0), map.take('a', 0, 6)]).to.deep.equal([0, Number.POSITIVE_INFINITY]);
    expect([map.size, map.has('a')]).to.deep.equal([0, false]);
  });

  it('forgets whose debt is drained before anybody who still owes, however long ago that one called', () => {
    const map = new GcraMap(ONE_A_SECOND, 2);
    map.take('owes', 0, 5);
    map.take('paid', 1_000);
    map.take('new', 2_500);
    expect([map.has('owes'), map.has('paid'), map.has('new')]).to.deep.equal([true, false, true]);
    expect(map.take('owes', 2_500, 5)).to.equal(2_500);
  });

  it('remits the smallest debt when everybody owes', () => {
    const map = new GcraMap(ONE_A_SECOND, 3);
    map.take('five', 0, 5);
    map.take('one', 0, 1);
    map.take('three', 0, 3);
    // Grown after it was filed: no longer the smallest.
    map.take('one', 0, 3);
    map.take('new', 10);
    expect(['five', 'one', 'three', 'new'].filter((key) => map.has(key))).to.deep.equal(['five', 'one', 'new']);
  });

  it('never holds more keys than it may, and never forgets a debt while there is one that is drained or smaller', () => {
    fc.assert(
      fc.property(rate, fc.integer({ min: 1, max: 5 }), fc.array(call(9), { maxLength: 80 }), (limit, most, calls) => {
        const gcra = new Gcra(limit);
        const map = new GcraMap(gcra, most);
        /** What each remembered key owes. */
        const owed = new Map<string, number>();
        let now = 0;
        for (const { key, gap: later, size } of calls) {
          now += later;
          const before = [...owed.keys()];
          if (map.take(key, now, size) === 0) {
            owed.set(key, gcra.charge(owed.get(key) ?? Number.NEGATIVE_INFINITY, now, size));
          }
          expect(map.size).to.be.at.most(most);
          const forgotten = before.filter((known) => !map.has(known));
          expect(forgotten.length).to.be.at.most(1);
          for (const gone of forgotten) {
            const arrival = owed.get(gone) ?? 0;
            owed.delete(gone);
            for (const stays of before) if (stays !== gone) expect(owed.get(stays)).to.be.at.least(arrival);
          }
        }
        expect([...owed.keys()].every((key) => map.has(key))).to.equal(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('refuses to remember no keys', () => {
    expect(() => new GcraMap(ONE_A_SECOND, 0)).to.throw('Cannot remember 0 keys; use a whole number from 1');
  });
});
