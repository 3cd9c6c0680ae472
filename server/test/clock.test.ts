import { expect } from 'chai';
import { systemClock } from '../src/clock.ts';

describe('the system clock', () => {
  it('calls back in order, unless the appointment was taken back', async () => {
    const calls: string[] = [];
    systemClock.after(0, () => calls.push('canceled'))();
    await new Promise<void>((resolve) => {
      systemClock.after(0, () => calls.push('first'));
      systemClock.after(1, resolve);
    });
    expect(calls).to.deep.equal(['first']);
  });

  it('does not take a delay beyond what Node can wait for as no delay', async () => {
    let called = false;
    const cancel = systemClock.after(2 ** 40, () => {
      called = true;
    });
    await new Promise<void>((resolve) => systemClock.after(2, resolve));
    cancel();
    expect(called).to.equal(false);
  });

  it('tells the time of day and the time since', () => {
    expect(systemClock.now()).to.be.greaterThan(Date.UTC(2026, 0));
    const before = systemClock.monotonic();
    expect(systemClock.monotonic()).to.be.at.least(before);
  });
});
