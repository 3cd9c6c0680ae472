import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { Guard } from '../../src/limits/guard.ts';
import { FakeClock } from '../fake-clock.ts';

/** What `check` throws; undefined when it lets the address pass. */
function refusal(guard: Guard, address: string): CallError | undefined {
  try {
    guard.check(address);
    return undefined;
  } catch (error) {
    return CallError.from(error);
  }
}

function guess(guard: Guard, address: string, times: number): number {
  let guesses = 0;
  for (let time = 0; time < times; time++) {
    if (refusal(guard, address) !== undefined) continue;
    guard.failed(address);
    guesses++;
  }
  return guesses;
}

describe('guard against guessing', () => {
  it('lets 20 wrong credentials pass, then makes the address wait 45 s for each more', () => {
    const clock = new FakeClock();
    const guard = new Guard({ clock });
    expect(guess(guard, '192.0.2.1', 1_000)).to.equal(20);
    expect(refusal(guard, '192.0.2.1')?.toWire()).to.deep.equal({
      code: 4290,
      message: 'Cannot authenticate from "192.0.2.1": more than 20 wrong credentials in 900 s; try again in 45000 ms',
      data: { name: 'RATE_LIMITED', retryable: true, retryAfterMs: 45_000, details: { limit: 'credentials' } },
    });
    clock.advance(44_999);
    expect(refusal(guard, '192.0.2.1')?.facts.retryAfterMs).to.equal(1);
    clock.advance(1);
    expect(guess(guard, '192.0.2.1', 10)).to.equal(1);
    clock.advance(900_000);
    expect(guess(guard, '192.0.2.1', 1_000)).to.equal(20);
  });

  it('holds nothing against other addresses, nor against one that only asks', () => {
    const guard = new Guard({ clock: new FakeClock() });
    guess(guard, '192.0.2.1', 50);
    for (let time = 0; time < 100; time++) expect(refusal(guard, '192.0.2.2')).to.equal(undefined);
    expect(guard.size).to.equal(1);
  });

  it('takes a /64 of IPv6 for one address, and a mapped address for the IPv4 address', () => {
    const guard = new Guard({ clock: new FakeClock(), attempts: 2 });
    expect(guess(guard, '2001:db8::1', 1) + guess(guard, '2001:db8::ffff:2', 5)).to.equal(2);
    expect(guess(guard, '2001:db8:0:1::1', 5)).to.equal(2);
    expect(guess(guard, '192.0.2.1', 1) + guess(guard, '::ffff:192.0.2.1', 5)).to.equal(2);
  });

  it('charges guesses that were under way when the address was blocked: they make the wait longer', () => {
    const clock = new FakeClock();
    const guard = new Guard({ clock });
    for (let time = 0; time < 54; time++) guard.check('192.0.2.1');
    for (let time = 0; time < 54; time++) guard.failed('192.0.2.1');
    expect(refusal(guard, '192.0.2.1')?.facts.retryAfterMs).to.equal(35 * 45_000);
  });

  it('never lets more through than the attempts and their share of the time', () => {
    const step = fc.record({ later: fc.integer({ min: 0, max: 200_000 }), tries: fc.nat(30) });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 25 }), fc.array(step, { maxLength: 40 }), (attempts, steps) => {
        const clock = new FakeClock();
        const guard = new Guard({ clock, attempts });
        let guesses = 0;
        for (const { later, tries } of steps) {
          clock.advance(later);
          guesses += guess(guard, '192.0.2.1', tries);
          expect(guesses).to.be.at.most(attempts + Math.floor((clock.monotonic() * attempts) / 900_000));
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('remembers as many addresses as it is told, and forgets the one that is forgiven first', () => {
    const clock = new FakeClock();
    const guard = new Guard({ clock, maxAddresses: 1_000 });
    guess(guard, '192.0.2.1', 20);
    for (let index = 0; index < 5_000; index++) guard.failed(`10.1.${index >> 8}.${index & 255}`);
    expect(guard.size).to.equal(1_000);
    expect(refusal(guard, '192.0.2.1')?.errorName).to.equal('RATE_LIMITED');
  });

  it('refuses options that make no sense', () => {
    expect(() => new Guard({ clock: new FakeClock(), attempts: 0 })).to.throw('calls is 0');
  });
});
