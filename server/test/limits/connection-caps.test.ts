import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { ConnectionCaps, type Seat } from '../../src/limits/connection-caps.ts';

const LIMITS = { maxConnections: 5, maxPerPrincipal: 2, maxWaitingPerAddress: 3, openingTimeoutMs: 4_000 };

function refusal(act: () => unknown): CallError | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return CallError.from(error);
  }
}

describe('connection caps', () => {
  it('refuses the connection after the last place as OVERLOADED', () => {
    const caps = new ConnectionCaps(LIMITS);
    for (let index = 0; index < 5; index++) caps.enter(`192.0.2.${index}`);
    const error = refusal(() => caps.enter('192.0.2.9'));
    expect([error?.errorName, error?.facts.retryAfterMs]).to.deep.equal(['OVERLOADED', 5_000]);
    expect(error?.message).to.equal('Cannot take another connection: all 5 places are taken; try again later');
    expect(caps.total).to.equal(5);
  });

  it('refuses too many waiting connections of one address, until one opens or leaves', () => {
    const caps = new ConnectionCaps(LIMITS);
    const seats = ['2001:db8::1', '2001:db8::2', '2001:db8::3'].map((address) => caps.enter(address));
    const error = refusal(() => caps.enter('2001:db8::4'));
    expect(error?.toWire()).to.deep.equal({
      code: 4291,
      message:
        'Cannot take another connection from "2001:db8::/64": 3 have not opened a session yet; send session/open on those first',
      data: { name: 'TOO_MANY_IN_FLIGHT', retryable: true, retryAfterMs: 4_000, details: { limit: 'address' } },
    });
    seats[0]?.opened('anna');
    expect(caps.waitingFrom('2001:db8::')).to.equal(2);
    caps.enter('2001:db8::4');
    expect(refusal(() => caps.enter('2001:db8::5'))?.errorName).to.equal('TOO_MANY_IN_FLIGHT');
    seats[1]?.leave();
    caps.enter('2001:db8::5');
    expect(caps.total).to.equal(4);
  });

  it('refuses too many connections of one principal, whatever their addresses; the refused one still waits', () => {
    const caps = new ConnectionCaps(LIMITS);
    caps.enter('192.0.2.1', 'anna');
    caps.enter('192.0.2.2').opened('anna');
    const third = caps.enter('192.0.2.3');
    const error = refusal(() => third.opened('anna'));
    expect(error?.toWire()).to.deep.equal({
      code: 4291,
      message: 'Cannot open another connection of "anna": 2 are open; close one, or send more calls over it',
      data: { name: 'TOO_MANY_IN_FLIGHT', retryable: true, retryAfterMs: 5_000, details: { limit: 'principal' } },
    });
    expect(refusal(() => caps.enter('192.0.2.4', 'anna'))?.code).to.equal(4291);
    expect([caps.total, caps.waitingFrom('192.0.2.3'), caps.openOf('anna')]).to.deep.equal([3, 1, 2]);
    third.opened('bert');
    expect([caps.waitingFrom('192.0.2.3'), caps.openOf('bert')]).to.deep.equal([0, 1]);
  });

  it('does not count a connection as waiting that said at once whose it is', () => {
    const caps = new ConnectionCaps(LIMITS);
    for (let index = 0; index < 3; index++) caps.enter('192.0.2.1');
    caps.enter('192.0.2.1', 'anna');
    expect(caps.waitingFrom('192.0.2.1')).to.equal(3);
  });

  it('opens the same seat again without counting it twice, even when its principal is full', () => {
    const caps = new ConnectionCaps(LIMITS);
    caps.enter('192.0.2.1', 'anna');
    const seat = caps.enter('192.0.2.1', 'anna');
    seat.opened('anna');
    expect(caps.openOf('anna')).to.equal(2);
  });

  it('gives a place back once, however often it is left, and a seat that was left opens nothing', () => {
    const caps = new ConnectionCaps(LIMITS);
    const seat = caps.enter('192.0.2.1');
    caps.enter('192.0.2.1');
    seat.leave();
    seat.leave();
    seat.opened('anna');
    expect([caps.total, caps.waitingFrom('192.0.2.1'), caps.openOf('anna')]).to.deep.equal([1, 1, 0]);
  });

  it('counts what is there and never beyond a limit, whatever comes and goes in whatever order', () => {
    const addresses = ['192.0.2.1', '192.0.2.2', '2001:db8::1'];
    const principals = ['anna', 'bert', 'carl'];
    const step = fc.record({
      do: fc.constantFrom('enter', 'enter', 'open', 'leave'),
      address: fc.constantFrom(...addresses),
      principal: fc.constantFrom(...principals),
      known: fc.boolean(),
      which: fc.nat(30),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const caps = new ConnectionCaps(LIMITS);
        const seats: { seat: Seat; address: string; principal: string | undefined; left: boolean }[] = [];
        for (const { do: what, address, principal: name, known, which } of steps) {
          const principal = known ? name : undefined;
          const one = seats[which % Math.max(seats.length, 1)];
          refusal(() => {
            if (what === 'enter') seats.push({ seat: caps.enter(address, principal), address, principal, left: false });
            else if (what === 'leave') {
              one?.seat.leave();
              if (one !== undefined) one.left = true;
            } else {
              one?.seat.opened(name);
              if (one !== undefined) one.principal = name;
            }
          });
          const there = seats.filter(({ left }) => !left);
          expect(caps.total).to.equal(there.length).and.at.most(5);
          for (const person of principals) {
            expect(caps.openOf(person))
              .to.equal(there.filter((seat) => seat.principal === person).length)
              .and.at.most(2);
          }
          for (const place of addresses) {
            const waiting = there.filter((seat) => seat.principal === undefined && seat.address === place);
            expect(caps.waitingFrom(place)).to.equal(waiting.length).and.at.most(3);
          }
        }
        for (const { seat } of seats) seat.leave();
        expect(caps.total).to.equal(0);
      }),
      { numRuns: 1_000 },
    );
  });

  it('refuses limits that make no sense', () => {
    expect(() => new ConnectionCaps({ ...LIMITS, maxPerPrincipal: 0 })).to.throw(
      'Cannot cap connections with maxPerPrincipal = 0; use a whole number from 1',
    );
  });
});
