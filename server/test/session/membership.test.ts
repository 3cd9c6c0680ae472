import { expect } from 'chai';
import type { Clock } from '../../src/clock.ts';
import { Membership } from '../../src/session/membership.ts';
import { FakeClock } from '../fake-clock.ts';
import { ALICE, identityOf } from './talk.ts';

function member(clock: Clock = new FakeClock()) {
  const told: string[] = [];
  const membership = new Membership(clock, {
    onExpiring: (at) => told.push(`expiring ${at - clock.now()}`),
    onExpired: () => told.push('expired'),
  });
  return { membership, told };
}

describe('a membership', () => {
  it('has nobody at first, and says to whoever asks how that is mended', () => {
    const { membership } = member();
    expect(membership.identity).to.equal(undefined);
    expect(() => membership.principal)
      .to.throw(/set CALLSHEET_API_KEY, or give the client `auth`; .* in session\/open or in a header of the upgrade$/)
      .with.property('errorName', 'UNAUTHENTICATED');
  });

  it('gives notice a minute before the end, and ends at the end', () => {
    const clock = new FakeClock();
    const { membership, told } = member(clock);
    membership.assume(identityOf(ALICE, { expiresAt: clock.now() + 90_000 }));
    clock.advance(29_999);
    expect(told).to.deep.equal([]);
    clock.advance(1);
    expect(told).to.deep.equal(['expiring 60000']);
    clock.advance(59_999);
    expect(told).to.have.length(1);
    clock.advance(1);
    expect(told).to.deep.equal(['expiring 60000', 'expired']);
  });

  it('gives notice at once when less than a minute is left', () => {
    const clock = new FakeClock();
    const { membership, told } = member(clock);
    membership.assume(identityOf(ALICE, { expiresAt: clock.now() + 5_000 }));
    clock.advance(0);
    expect(told).to.deep.equal(['expiring 5000']);
    clock.advance(5_000);
    expect(told).to.deep.equal(['expiring 5000', 'expired']);
  });

  it('counts the end of the newest credential only, and keeps no appointment when it ends', () => {
    const clock = new FakeClock();
    const { membership, told } = member(clock);
    membership.assume(identityOf(ALICE, { expiresAt: clock.now() + 61_000 }));
    membership.assume(identityOf(ALICE, { expiresAt: clock.now() + 200_000 }));
    clock.advance(139_999);
    expect(told).to.deep.equal([]);
    membership.end();
    expect(clock.pending).to.equal(0);
    membership.assume(identityOf(ALICE));
    expect(clock.pending, 'a key without an end').to.equal(0);
  });

  it('is not taken in by a timer that rings too early, as those for many days do', () => {
    const real = new FakeClock();
    const early: Clock = {
      now: () => real.now(),
      monotonic: () => real.monotonic(),
      after: (ms, callback) => real.after(Math.min(ms, 1_000), callback),
    };
    const { membership, told } = member(early);
    membership.assume(identityOf(ALICE, { expiresAt: real.now() + 70_000 }));
    real.advance(9_999);
    expect(told).to.deep.equal([]);
    real.advance(60_001);
    expect(told).to.deep.equal(['expiring 60000', 'expired']);
  });
});
