import { expect } from 'chai';
import fc from 'fast-check';
import { FakeClock } from '../../server/test/fake-clock.ts';
import type { Clock } from '../src/clock.ts';
import { TimingWheel } from '../src/wheel.ts';

/** Calls when the test says so, however late that is. */
class LateClock implements Clock {
  now = 5_000;
  call: (() => void) | undefined;

  monotonic(): number {
    return this.now;
  }

  after(_ms: number, callback: () => void): () => void {
    this.call = callback;
    return () => {
      this.call = undefined;
    };
  }

  wakeAt(now: number): void {
    this.now = now;
    const { call } = this;
    this.call = undefined;
    call?.();
  }
}

describe('timing wheel', () => {
  it('calls back exactly when each deadline is due, near or many revolutions away', () => {
    const clock = new FakeClock();
    const wheel = new TimingWheel(clock, { slotMs: 50, slots: 4 });
    const fired: [string, number][] = [];
    for (const ms of [0, 1, 49, 50, 51, 199, 200, 201, 1_000, 600_000]) {
      wheel.after(ms, () => fired.push([`after ${ms}`, clock.monotonic()]));
    }
    clock.advance(600_000);
    expect(fired).to.deep.equal([0, 1, 49, 50, 51, 199, 200, 201, 1_000, 600_000].map((ms) => [`after ${ms}`, ms]));
  });

  it('needs one appointment for ten thousand deadlines, and none for none', () => {
    const clock = new FakeClock();
    const wheel = new TimingWheel(clock);
    const cancels = Array.from({ length: 10_000 }, (_, at) => wheel.after(1 + ((at * 37) % 60_000), () => undefined));
    expect([wheel.size, clock.pending]).to.deep.equal([10_000, 1]);
    for (const cancel of cancels) cancel();
    expect([wheel.size, clock.pending]).to.deep.equal([0, 0]);
  });

  it('fires deadlines together that are close, none of them later than it was told it may', () => {
    const clock = new FakeClock();
    const wheel = new TimingWheel(clock, { lateMs: 50 });
    const fired: [number, number][] = [];
    const set = (ms: number): void => void wheel.after(ms, () => fired.push([ms, clock.monotonic()]));
    for (const ms of [200, 70, 10, 40, 60, 5_000]) set(ms);
    clock.advance(110);
    expect(fired).to.deep.equal([10, 40, 60].map((ms) => [ms, 60]));
    fired.length = 0;
    // Sooner than what is waited for now, at 120.
    set(5);
    clock.advance(4_940);
    expect(fired).to.deep.equal([
      [70, 120],
      [5, 120],
      [200, 250],
      [5_000, 5_050],
    ]);
    expect([wheel.size, clock.pending]).to.deep.equal([0, 0]);
  });

  it('is never early and never later than that, whatever is set, taken back and waited for', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('set' as const), ms: fc.nat(2_000) }),
      fc.record({ do: fc.constant('cancel' as const), ms: fc.nat(20) }),
      fc.record({ do: fc.constant('wait' as const), ms: fc.nat(700) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.nat(120), (steps, lateMs) => {
        const clock = new FakeClock();
        const wheel = new TimingWheel(clock, { lateMs, slots: 8 });
        const waiting = new Map<number, () => void>();
        for (const [nth, { do: what, ms }] of steps.entries()) {
          if (what === 'wait') clock.advance(ms);
          else if (what === 'cancel') {
            waiting.get(ms)?.();
            waiting.delete(ms);
          } else {
            const due = clock.monotonic() + ms;
            const fire = (): void => {
              waiting.delete(nth);
              expect(clock.monotonic()).to.be.within(due, due + lateMs);
            };
            waiting.set(nth, wheel.after(ms, fire));
          }
        }
        clock.advance(2_000 + lateMs);
        expect([waiting.size, wheel.size, clock.pending]).to.deep.equal([0, 0, 0]);
      }),
    );
  });

  it('does what a clock with an appointment for each would do', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('set' as const), ms: fc.nat(2_000) }),
      fc.record({ do: fc.constant('cancel' as const), which: fc.nat(20) }),
      fc.record({ do: fc.constant('wait' as const), ms: fc.nat(700) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 2, max: 9 }), (steps, slots) => {
        const play = (clock: FakeClock, after: Clock['after']): [number, number][] => {
          const fired: [number, number][] = [];
          const cancels: (() => void)[] = [];
          for (const [at, one] of steps.entries()) {
            if (one.do === 'set') cancels.push(after(one.ms, () => fired.push([at, clock.monotonic()])));
            else if (one.do === 'cancel') cancels[one.which]?.();
            else clock.advance(one.ms);
          }
          clock.advance(5_000);
          expect(clock.pending).to.equal(0);
          return fired;
        };
        const turned = new FakeClock();
        const wheel = new TimingWheel(turned, { slotMs: 40, slots });
        const plain = new FakeClock();
        expect(play(turned, (ms, callback) => wheel.after(ms, callback))).to.deep.equal(
          play(plain, (ms, callback) => plain.after(ms, callback)),
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it('fires nothing early on a clock that cuts fractions off', () => {
    const clock = new FakeClock();
    clock.advance(0.75);
    const wheel = new TimingWheel({
      monotonic: () => clock.monotonic(),
      after: (ms, callback) => clock.after(Math.trunc(ms), callback),
    });
    let firedAt = 0;
    wheel.after(10.5, () => {
      firedAt = clock.monotonic();
    });
    clock.advance(11);
    expect(firedAt).to.equal(11.75);
  });

  it('lets a deadline that fires take back another of the same moment, and set new ones', () => {
    const clock = new FakeClock();
    const wheel = new TimingWheel(clock);
    const fired: string[] = [];
    wheel.after(10, () => {
      fired.push('first');
      cancelSecond();
      wheel.after(0, () => fired.push('at once'));
      wheel.after(5, () => fired.push('later'));
    });
    const cancelSecond = wheel.after(10, () => fired.push('second'));
    clock.advance(10);
    expect(fired).to.deep.equal(['first', 'at once']);
    clock.advance(5);
    cancelSecond();
    expect([fired, wheel.size, clock.pending]).to.deep.equal([['first', 'at once', 'later'], 0, 0]);
  });

  it('goes on with the others when one throws, and hands the fault on', () => {
    const clock = new FakeClock();
    const wheel = new TimingWheel(clock);
    const fired: string[] = [];
    wheel.after(10, () => {
      throw new Error('bad callback');
    });
    wheel.after(10, () => fired.push('same moment'));
    wheel.after(20, () => fired.push('next'));
    expect(() => clock.advance(10)).to.throw('bad callback');
    clock.advance(10);
    expect(fired).to.deep.equal(['same moment', 'next']);
  });

  it('does not count a stall of the process as time', () => {
    const clock = new LateClock();
    const wheel = new TimingWheel(clock, { stallMs: 1_000 });
    const fired: string[] = [];
    wheel.after(100, () => fired.push('due'));
    wheel.after(10_000, () => fired.push('far'));
    expect(wheel.monotonic()).to.equal(5_000);
    clock.now = 65_100;
    // Asked before the late call came, and the same after it: one second is the most a stall is worth.
    expect(wheel.monotonic()).to.equal(6_100);
    clock.wakeAt(65_100);
    expect([fired, wheel.monotonic()]).to.deep.equal([['due'], 6_100]);
    clock.wakeAt(65_100 + 8_899);
    expect(fired).to.deep.equal(['due']);
    clock.wakeAt(65_100 + 8_900);
    expect(fired).to.deep.equal(['due', 'far']);
  });

  it('fires in order what a late call finds due', () => {
    const clock = new LateClock();
    const wheel = new TimingWheel(clock);
    const fired: number[] = [];
    for (const ms of [40, 10, 700, 30, 300, 10]) wheel.after(ms, () => fired.push(ms));
    clock.wakeAt(5_000 + 900);
    expect(fired).to.deep.equal([10, 10, 30, 40, 300, 700]);
  });

  it('counts a call that is only a little late as time', () => {
    const clock = new LateClock();
    const wheel = new TimingWheel(clock);
    wheel.after(100, () => undefined);
    wheel.after(5_000, () => undefined);
    clock.wakeAt(5_100 + 900);
    expect(wheel.monotonic()).to.equal(6_000);
  });

  it('takes everything back when it is closed, even what is due in the same turn', () => {
    const clock = new FakeClock();
    const wheel = new TimingWheel(clock);
    const fired: string[] = [];
    wheel.after(10, () => wheel.close());
    wheel.after(10, () => fired.push('same moment'));
    wheel.after(20, () => fired.push('later'));
    clock.advance(100);
    expect([fired, wheel.size, clock.pending]).to.deep.equal([[], 0, 0]);
  });

  it('refuses what it cannot turn with', () => {
    const clock = new FakeClock();
    expect(() => new TimingWheel(clock, { lateMs: -1 })).to.throw(RangeError, 'lateMs is -1');
    expect(() => new TimingWheel(clock, { slotMs: 0 })).to.throw(RangeError, 'slotMs is 0');
    expect(() => new TimingWheel(clock, { slots: 1.5 })).to.throw(RangeError, 'slots is 1.5');
    expect(() => new TimingWheel(clock, { stallMs: Number.NaN })).to.throw(RangeError, 'stallMs is NaN');
    const wheel = new TimingWheel(clock);
    for (const ms of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => wheel.after(ms, () => undefined)).to.throw(RangeError, `${ms} ms`);
    }
  });

  it('works on a clock whose fixed moment is still to come', () => {
    const clock = new FakeClock();
    const wheel = new TimingWheel({
      monotonic: () => clock.monotonic() - 100_000,
      after: (ms, callback) => clock.after(ms, callback),
    });
    let firedAt = 0;
    wheel.after(333, () => {
      firedAt = clock.monotonic();
    });
    clock.advance(1_000);
    expect(firedAt).to.equal(333);
  });
});
