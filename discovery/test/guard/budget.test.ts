import { expect } from 'chai';
import fc from 'fast-check';
import { FakeClock } from '../../../server/test/fake-clock.ts';
import { type AttemptBudget, hedgeBudget, retryBudget } from '../../src/guard/budget.ts';

/** How many attempts it pays for in a row, none of them in vain yet. */
function paid(budget: AttemptBudget): number {
  let attempts = 0;
  while (budget.spend()) attempts++;
  return attempts;
}

describe('The retry budget', () => {
  it('pays for a fifth of the calls while others succeed', () => {
    const budget = retryBudget(new FakeClock());
    paid(budget);
    for (let call = 0; call < 100; call++) {
      budget.called();
      budget.succeeded();
    }
    expect(paid(budget)).to.equal(20);
  });

  it('adds one a second for a quiet gateway, ten to begin with', () => {
    const clock = new FakeClock();
    const budget = retryBudget(clock);
    expect(paid(budget)).to.equal(10);
    clock.advance(999);
    expect(budget.spend()).to.equal(false);
    clock.advance(1);
    expect(paid(budget)).to.equal(1);
  });

  it('saves up for the death of a busy worker, but not without bound', () => {
    const clock = new FakeClock();
    const budget = retryBudget(clock);
    for (let call = 0; call < 10_000; call++) budget.called();
    clock.advance(3_600_000);
    expect(budget.tokens).to.equal(100);
    expect(paid(budget)).to.equal(100);
  });

  it('spends no savings once a retry was in vain, until something succeeds', () => {
    const clock = new FakeClock();
    const budget = retryBudget(clock);
    for (let call = 0; call < 1_000; call++) budget.called();
    budget.succeeded();
    budget.called();
    expect(budget.spend()).to.equal(true);
    budget.wasInVain();
    clock.advance(60_000);
    for (let call = 0; call < 8; call++) budget.called();
    // Nine calls since the last success: the one retry is not paid off before the tenth.
    expect(budget.spend()).to.equal(false);
    budget.called();
    expect(paid(budget)).to.equal(1);
    budget.succeeded();
    expect(paid(budget)).to.be.greaterThan(90);
  });

  it('does not count time in which all was in vain', () => {
    const clock = new FakeClock();
    const budget = retryBudget(clock);
    paid(budget);
    budget.wasInVain();
    clock.advance(3_600_000);
    budget.succeeded();
    expect(budget.spend()).to.equal(false);
    clock.advance(1_000);
    expect(budget.spend()).to.equal(true);
  });

  it('is refused with options that make no sense', () => {
    expect(() => retryBudget(new FakeClock(), { share: 20 })).to.throw(RangeError, 'Cannot use "20" as share');
    expect(() => retryBudget(new FakeClock(), { burst: 0 })).to.throw(RangeError, 'burst');
  });
});

describe('The hedge budget', () => {
  it('pays for a twentieth of the calls and nothing beside', () => {
    const clock = new FakeClock();
    const budget = hedgeBudget(clock);
    clock.advance(3_600_000);
    expect(paid(budget)).to.equal(0);
    for (let call = 0; call < 200; call++) budget.called();
    expect(paid(budget)).to.equal(10);
  });
});

describe('With every worker down', () => {
  /** Calls one after the other, each wanting one retry as soon as it fails; retries come back `lag` calls later. */
  function attempts(budget: AttemptBudget, clock: FakeClock, gaps: readonly number[], lag: number): number[] {
    const back: number[] = [];
    let made = 0;
    return gaps.map((gap, call) => {
      clock.advance(gap);
      while (back.length > 0 && (back[0] ?? 0) <= call) {
        back.shift();
        budget.wasInVain();
      }
      budget.called();
      made++;
      if (budget.spend()) {
        made++;
        back.push(call + lag);
      }
      return made;
    });
  }

  const gaps = fc.array(fc.nat(3_000), { minLength: 1, maxLength: 400, size: 'max' });
  const healthyBefore = fc.nat(2_000);

  function outage(gapsMs: readonly number[], healthy: number, lag: number): number[] {
    const clock = new FakeClock();
    const budget = retryBudget(clock);
    for (let call = 0; call < healthy; call++) {
      clock.advance(10);
      budget.called();
      budget.succeeded();
    }
    return attempts(budget, clock, gapsMs, lag);
  }

  it('there are never more than 1.2 attempts per call, from the fifth call on', () => {
    fc.assert(
      fc.property(gaps, healthyBefore, (gapsMs, healthy) => {
        const made = outage(gapsMs, healthy, 1);
        for (const [call, attempts] of made.entries())
          expect(attempts, `after ${call + 1} calls`).to.be.at.most(Math.max(1.2 * (call + 1), call + 2) + 1e-6);
      }),
    );
  });

  it('what was tried before the first retry came back is paid off, however slow that was', () => {
    fc.assert(
      fc.property(gaps, healthyBefore, fc.integer({ min: 1, max: 60 }), (gapsMs, healthy, lag) => {
        const made = outage(gapsMs, healthy, lag);
        for (const [call, attempts] of made.entries())
          expect(attempts, `after ${call + 1} calls`).to.be.at.most(Math.max(1.2 * (call + 1), call + 1 + lag) + 1e-6);
      }),
    );
  });
});
