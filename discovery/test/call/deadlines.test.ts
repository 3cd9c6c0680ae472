import { expect } from 'chai';
import fc from 'fast-check';
import { FakeClock } from '../../../server/test/fake-clock.ts';
import { Deadlines, Timed } from '../../src/call/deadlines.ts';

class Alarm extends Timed {
  readonly #ring: () => void;

  constructor(ring: () => void) {
    super();
    this.#ring = ring;
  }

  override timeUp(): void {
    this.#ring();
  }
}

describe('Deadlines of calls', () => {
  function alarms() {
    const clock = new FakeClock();
    const deadlines = new Deadlines(clock);
    const rung: string[] = [];
    const set = (name: string, ms: number): Alarm => {
      const alarm = new Alarm(() => rung.push(`${name} ${clock.monotonic()}`));
      deadlines.set(alarm, ms, clock.monotonic());
      return alarm;
    };
    return { clock, deadlines, rung, set };
  }

  it('come when they are due, each to whoever set it', () => {
    const { clock, rung, set } = alarms();
    set('a', 100);
    clock.advance(30);
    set('b', 100);
    set('c', 20);
    clock.advance(200);
    expect(rung).to.deep.equal(['c 50', 'a 100', 'b 130']);
    expect(clock.pending).to.equal(0);
  });

  it('do not come when they were taken back, in whatever order', () => {
    const { clock, deadlines, rung, set } = alarms();
    const [a, b, c] = [set('a', 100), set('b', 100), set('c', 100)];
    deadlines.clear(b);
    deadlines.clear(b);
    deadlines.clear(a);
    deadlines.clear(c);
    clock.advance(200);
    expect(rung).to.deep.equal([]);
    expect(clock.pending).to.equal(0);
  });

  it('share one appointment for each patience, which outlives them', () => {
    const { clock, deadlines, set } = alarms();
    for (let n = 0; n < 10; n++) deadlines.clear(set('a', 100));
    set('a', 100);
    set('b', 100);
    set('c', 250);
    expect(clock.pending).to.equal(2);
  });

  it('keep appointments for no more than a few kinds of patience nobody has now', () => {
    const { clock, deadlines, set } = alarms();
    for (let ms = 1; ms <= 1_000; ms++) deadlines.clear(set('a', ms));
    expect(clock.pending).to.equal(64);
    clock.advance(100);
    for (let ms = 1; ms <= 1_000; ms++) deadlines.clear(set('a', ms));
    expect(clock.pending).to.equal(64);
  });

  it('keep nothing for later when they are closed, but what is set', () => {
    const { clock, deadlines, rung, set } = alarms();
    deadlines.clear(set('a', 100));
    const late = set('b', 200);
    deadlines.close();
    expect(clock.pending).to.equal(1);
    deadlines.clear(late);
    expect(clock.pending).to.equal(0);
    set('c', 300);
    clock.advance(300);
    expect(rung).to.deep.equal(['c 300']);
  });

  it('may be set and taken back by one that comes', () => {
    const { clock, deadlines, rung } = alarms();
    const later = new Alarm(() => rung.push('later'));
    const never = new Alarm(() => rung.push('never'));
    const first = new Alarm(() => {
      deadlines.clear(never);
      deadlines.set(later, 100, clock.monotonic());
    });
    deadlines.set(first, 100, 0);
    deadlines.set(never, 100, 0);
    clock.advance(100);
    expect(rung).to.deep.equal([]);
    clock.advance(100);
    expect(rung).to.deep.equal(['later']);
    expect(clock.pending).to.equal(0);
  });

  it('wait on when a timer comes a fraction too early', () => {
    const appointments: { readonly ms: number; readonly call: () => void }[] = [];
    let now = 0;
    const deadlines = new Deadlines({
      monotonic: () => now,
      after: (ms, call) => {
        appointments.push({ ms, call });
        return () => undefined;
      },
    });
    const rung: number[] = [];
    deadlines.set(new Alarm(() => rung.push(now)), 100.5, 0);
    now = 100.2;
    appointments[0]?.call();
    expect(rung).to.deep.equal([]);
    now = 101;
    appointments[1]?.call();
    expect(appointments.map(({ ms }) => ms)).to.deep.equal([101, 1]);
    expect(rung).to.deep.equal([101]);
  });

  it('ring once each, never early, whatever is set, taken back and waited for', () => {
    const step = fc.oneof(
      fc.record({ set: fc.integer({ min: 1, max: 5 }) }),
      fc.record({ clear: fc.nat(30) }),
      fc.record({ wait: fc.integer({ min: 0, max: 4 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const clock = new FakeClock();
        const deadlines = new Deadlines(clock);
        const made: { readonly alarm: Alarm; readonly due: number; rung: number[]; cleared: boolean }[] = [];
        for (const taken of steps) {
          if ('wait' in taken) clock.advance(taken.wait);
          else if ('clear' in taken) {
            const chosen = made[taken.clear];
            if (chosen === undefined) continue;
            if (chosen.rung.length === 0) chosen.cleared = true;
            deadlines.clear(chosen.alarm);
          } else {
            const rung: number[] = [];
            const alarm = new Alarm(() => rung.push(clock.monotonic()));
            made.push({ alarm, due: clock.monotonic() + taken.set, rung, cleared: false });
            deadlines.set(alarm, taken.set, clock.monotonic());
          }
        }
        clock.advance(100);
        for (const { due, rung, cleared } of made) expect(rung).to.deep.equal(cleared ? [] : [due]);
        expect(clock.pending).to.equal(0);
      }),
    );
  });
});
