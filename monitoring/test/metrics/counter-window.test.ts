import { expect } from 'chai';
import fc from 'fast-check';
import { CounterWindow } from '../../src/metrics/counter-window.ts';

const SECOND = [{ stepMs: 1_000, slots: 10 }];

describe('A window over a counter', () => {
  it('knows nothing before the second sample', () => {
    const window = new CounterWindow();
    expect(window.increase(60_000, 0)).to.equal(undefined);
    window.record(1_000, 5);
    expect(window.increase(60_000, 1_000)).to.equal(undefined);
    expect(window.perSecond(60_000, 1_000)).to.equal(undefined);
    window.record(2_000, 5);
    expect(window.increase(60_000, 2_000)).to.equal(0);
  });

  it('says by how much it grew in a span, and how fast', () => {
    const window = new CounterWindow();
    for (let second = 0; second <= 120; second += 15) window.record(second * 1_000, second * 2);
    expect(window.increase(60_000, 120_000)).to.equal(120);
    expect(window.perSecond(60_000, 120_000)).to.equal(2);
    expect(window.increase(60_000, 90_000)).to.equal(120);
  });

  it('compares with the newest sample before the span when none is at its start', () => {
    const window = new CounterWindow();
    window.record(0, 0);
    window.record(10_000, 100);
    window.record(20_000, 130);
    expect(window.increase(5_000, 20_000)).to.equal(30);
    expect(window.perSecond(5_000, 20_000)).to.equal(3);
  });

  it('takes what a counter shows after it began anew for what was added', () => {
    const window = new CounterWindow();
    const totals = [10, 25, 4, 9, 2];
    for (const [second, total] of totals.entries()) window.record(second * 1_000, total);
    expect(window.increase(60_000, 4_000)).to.equal(15 + 4 + 5 + 2);
    expect(window.increase(1_000, 4_000)).to.equal(2);
  });

  it('says nothing about a span in which nobody looked', () => {
    const window = new CounterWindow();
    window.record(0, 1);
    window.record(1_000, 2);
    expect(window.increase(60_000, 100_000)).to.equal(undefined);
  });

  it('compares with the oldest it has when the span is longer than it remembers', () => {
    const window = new CounterWindow(SECOND);
    for (let second = 0; second < 100; second += 1) window.record(second * 1_000, second);
    expect(window.increase(60_000, 99_000)).to.equal(10);
    expect(window.perSecond(60_000, 99_000)).to.equal(1);
  });

  it('remembers long spans by the minute when the seconds are gone', () => {
    const window = new CounterWindow();
    for (let second = 0; second <= 7_200; second += 1) window.record(second * 1_000, second);
    expect(window.increase(3_600_000, 7_200_000)).to.equal(3_600);
    expect(window.increase(2_000, 7_200_000)).to.equal(2);
    expect(window.increase(3_600_000, 5_400_000)).to.equal(3_600);
  });

  it('uses the seconds as far as they reach', () => {
    const window = new CounterWindow();
    for (let second = 0; second <= 400; second += 1) window.record(second * 1_000, second);
    expect(window.increase(300_000, 400_000)).to.equal(300);
    // Their oldest is nearer to the beginning than the last minute before it.
    expect(window.increase(301_000, 400_000)).to.equal(300);
    expect(window.increase(339_000, 400_000)).to.equal(340);
  });

  it('always knows the newest, however often it is told in one step', () => {
    const window = new CounterWindow(SECOND);
    window.record(0, 0);
    window.record(1_000, 1);
    window.record(1_400, 2);
    window.record(1_900, 7);
    expect(window.increase(5_000, 1_900)).to.equal(7);
  });

  it('begins anew when the clock goes back', () => {
    const window = new CounterWindow();
    window.record(100_000, 50);
    window.record(101_000, 60);
    window.record(5_000, 61);
    expect(window.increase(60_000, 5_000)).to.equal(undefined);
    window.record(6_000, 62);
    expect(window.increase(60_000, 6_000)).to.equal(1);
  });

  for (const [resolution, sentence] of [
    [[], 'there is no resolution'],
    [[{ stepMs: 0, slots: 5 }], 'Cannot keep 5 samples of 0 ms'],
    [[{ stepMs: 1_000, slots: 1 }], 'Cannot keep 1 samples of 1000 ms'],
    [[{ stepMs: 1_000, slots: 2.5 }], 'Cannot keep 2.5 samples of 1000 ms'],
  ] as const) {
    it(`refuses that ${sentence}`, () => expect(() => new CounterWindow(resolution)).to.throw(RangeError, sentence));
  }

  it('has the increase of a list of all samples, within what it remembers', () => {
    const sample = fc.tuple(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 0, max: 30 }),
      fc.integer({ min: 0, max: 9 }),
    );
    const span = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 80 }), span, fc.nat(20), (steps, seconds, later) => {
        const window = new CounterWindow([{ stepMs: 1_000, slots: 40 }]);
        const all: { at: number; total: number; added: number }[] = [];
        for (const [pause, growth, dice] of steps) {
          const last = all.at(-1);
          // Now and then it begins anew.
          const total = dice === 0 ? Math.floor(growth / 2) : (last?.total ?? 0) + growth;
          const before = last?.total ?? 0;
          all.push({ at: (last?.at ?? 0) + pause * 1_000, total, added: total < before ? total : total - before });
          window.record(all.at(-1)?.at ?? 0, total);
        }
        const end = (all.at(-1)?.at ?? 0) + later * 1_000;
        const start = end - seconds * 1_000;
        const kept = all.slice(-41);
        const from = kept.findLast(({ at }) => at <= start) ?? kept[0];
        const counted = all.filter(({ at }) => at > (from?.at ?? Infinity));
        const isKnown = counted.some(({ at }) => at > start);
        const expected = isKnown ? counted.reduce((sum, { added }) => sum + added, 0) : undefined;
        expect(window.increase(seconds * 1_000, end)).to.equal(expected);
      }),
      { numRuns: 500 },
    );
  });
});
