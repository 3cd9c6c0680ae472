import { expect } from 'chai';
import { Refusals } from '../../src/jobs/refusals.ts';
import { FakeClock } from '../fake-clock.ts';

describe('pauses after refusals', () => {
  let clock: FakeClock;
  let refusals: Refusals;
  let over: number;
  beforeEach(() => {
    clock = new FakeClock();
    refusals = new Refusals(clock);
    over = 0;
  });

  const refused = (leastMs?: number): void => refusals.refused('film', leastMs, () => over++);

  /** Lets the pause pass, and tells how long it was, in steps of 250 ms. */
  function length(): number {
    let ms = 0;
    while (refusals.pauses('film') && ms < 100_000) {
      clock.advance(250);
      ms += 250;
    }
    return ms;
  }

  it('double up to half a minute, each tool by itself', () => {
    const pauses = Array.from({ length: 9 }, () => {
      refused();
      expect(refusals.pauses('voice')).to.equal(false);
      return length();
    });
    expect(pauses).to.deep.equal([250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    expect(over).to.equal(9);
  });

  it('are one for all who were refused in it', () => {
    refused();
    refused();
    expect(clock.pending).to.equal(1);
    expect(length()).to.equal(250);
    expect(over).to.equal(1);
  });

  it('are as long as was asked for, within half a minute', () => {
    refused(9_000);
    expect(length()).to.equal(9_000);
    refused(3_600_000);
    expect(length()).to.equal(30_000);
  });

  it('begin small again after a job was taken, during a pause or after it', () => {
    for (const during of [true, false]) {
      refused();
      length();
      refused();
      if (during) refusals.taken('film');
      expect(length()).to.equal(500);
      if (!during) refusals.taken('film');
      refused();
      expect(length(), String(during)).to.equal(250);
      refusals.taken('film');
    }
  });

  it('leave no timer behind', () => {
    refused();
    refusals.close();
    refusals.taken('film');
    expect(clock.pending).to.equal(0);
    expect(refusals.pauses('film')).to.equal(false);
  });
});
