import { createHash } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import type { Identity } from '../../src/auth/identity.ts';
import { Tickets, type TicketsOptions } from '../../src/auth/tickets.ts';
import { FakeClock } from '../fake-clock.ts';
import { outcomeOf } from './hmac/signing-desk.ts';

const PAGE = 'https://studio.example';

function identityOf(name: string, changes: Partial<Identity> = {}): Identity {
  const principal = Object.freeze({ id: `key:${name}`, role: 'user', scopes: [] });
  return { principal, means: 'apiKey', credential: name, stillGood: () => true, ...changes };
}

function openDesk(options: Partial<TicketsOptions> = {}) {
  const clock = new FakeClock();
  return { clock, tickets: new Tickets({ clock, ...options }) };
}

describe('tickets', () => {
  const ann = identityOf('ann');

  it('open the session of the very identity they were issued to', () => {
    const { tickets } = openDesk();
    const { ticket, expiresInMs } = tickets.issue(ann, PAGE);
    expect(ticket).to.match(/^tkt_[A-Za-z0-9_-]{43}$/);
    expect(expiresInMs).to.equal(30_000);
    expect(tickets.redeem(ticket, PAGE)).to.equal(ann);
  });

  it('are taken once', () => {
    const { tickets } = openDesk();
    const { ticket } = tickets.issue(ann, PAGE);
    tickets.redeem(ticket, PAGE);
    expect(tickets.redeem(ticket, PAGE)).to.equal(undefined);
    expect(tickets.size).to.equal(0);
  });

  for (const other of [undefined, 'null', 'https://studio.example.evil.example', 'http://studio.example', '']) {
    it(`are lost when they come from ${other === undefined ? 'no page at all' : `"${other}"`}`, () => {
      const { tickets } = openDesk();
      const { ticket } = tickets.issue(ann, PAGE);
      expect(tickets.redeem(ticket, other)).to.equal(undefined);
      expect(tickets.redeem(ticket, PAGE)).to.equal(undefined);
    });
  }

  it('issued to no page are good for no page', () => {
    const { tickets } = openDesk();
    expect(tickets.redeem(tickets.issue(ann, undefined).ticket, PAGE)).to.equal(undefined);
    expect(tickets.redeem(tickets.issue(ann, undefined).ticket, undefined)).to.equal(ann);
  });

  it('are good until the last millisecond and not after it', () => {
    const { tickets, clock } = openDesk();
    const [early, late] = [tickets.issue(ann, PAGE), tickets.issue(ann, PAGE)];
    clock.advance(29_999);
    expect(tickets.redeem(early.ticket, PAGE)).to.equal(ann);
    clock.advance(1);
    expect(tickets.redeem(late.ticket, PAGE)).to.equal(undefined);
  });

  it('are refused when the identity was revoked meanwhile', () => {
    const { tickets } = openDesk();
    let good = true;
    const { ticket } = tickets.issue(identityOf('bob', { stillGood: () => good }), PAGE);
    good = false;
    expect(tickets.redeem(ticket, PAGE)).to.equal(undefined);
    good = true;
    expect(tickets.redeem(ticket, PAGE)).to.equal(undefined);
  });

  it('outlive no token', () => {
    const { tickets, clock } = openDesk();
    const short = identityOf('cleo', { expiresAt: clock.now() + 10_000 });
    const [early, late] = [tickets.issue(short, PAGE), tickets.issue(short, PAGE)];
    expect(early.expiresInMs).to.equal(10_000);
    clock.advance(9_999);
    expect(tickets.redeem(early.ticket, PAGE)).to.equal(short);
    clock.advance(1);
    expect(tickets.redeem(late.ticket, PAGE)).to.equal(undefined);
    expect(outcomeOf(() => tickets.issue(short, PAGE))).to.deep.equal(['UNAUTHENTICATED', undefined]);
  });

  it('are not issued to an identity that is no longer good', () => {
    const gone = identityOf('dan', { stillGood: () => false });
    expect(outcomeOf(() => openDesk().tickets.issue(gone, PAGE))).to.deep.equal(['UNAUTHENTICATED', undefined]);
  });

  it('make room among those of one principal, oldest first', () => {
    const { tickets } = openDesk();
    const theirs = tickets.issue(identityOf('bob'), PAGE);
    const own = Array.from({ length: 33 }, () => tickets.issue(ann, PAGE).ticket);
    expect(tickets.size).to.equal(33);
    expect(tickets.redeem(own[0] ?? '', PAGE)).to.equal(undefined);
    expect(tickets.redeem(own[1] ?? '', PAGE)).to.equal(ann);
    expect(tickets.redeem(theirs.ticket, PAGE)).to.have.property('credential', 'bob');
  });

  it('that were used do not count among those of a principal', () => {
    const { tickets } = openDesk({ maxPerPrincipal: 2 });
    tickets.redeem(tickets.issue(ann, PAGE).ticket, PAGE);
    const [first, second, third] = [tickets.issue(ann, PAGE), tickets.issue(ann, PAGE), tickets.issue(ann, PAGE)];
    expect([first, second, third].map(({ ticket }) => tickets.redeem(ticket, PAGE))).to.deep.equal([
      undefined,
      ann,
      ann,
    ]);
  });

  it('of others never make room: when all places are taken, the next caller hears when to come back', () => {
    const { tickets, clock } = openDesk({ max: 3 });
    const first = tickets.issue(identityOf('p1'), PAGE);
    clock.advance(100);
    for (const name of ['p2', 'p3']) tickets.issue(identityOf(name), PAGE);
    expect(outcomeOf(() => tickets.issue(identityOf('p4'), PAGE))).to.deep.equal(['OVERLOADED', 29_900]);
    clock.advance(29_900);
    expect(tickets.issue(identityOf('p4'), PAGE).ticket).to.match(/^tkt_/);
    expect(tickets.redeem(first.ticket, PAGE)).to.equal(undefined);
    expect(tickets.size).to.equal(3);
  });

  it('are kept as hashes only', () => {
    const asked: number[] = [];
    const random = (bytes: number): Buffer => {
      asked.push(bytes);
      return createHash('sha256').update(String(asked.length)).digest();
    };
    const { ticket } = openDesk({ random }).tickets.issue(ann, PAGE);
    expect(asked).to.deep.equal([32]);
    expect(Buffer.from(ticket.slice(4), 'base64url')).to.deep.equal(createHash('sha256').update('1').digest());
  });

  it('are not mistaken for anything a stranger may write', () => {
    const { tickets } = openDesk();
    const { ticket } = tickets.issue(ann, PAGE);
    const nearly = fc
      .tuple(fc.nat({ max: 50 }), fc.string({ maxLength: 3 }))
      .map(([at, text]) => ticket.slice(0, at) + text + ticket.slice(at + 1));
    fc.assert(
      fc.property(fc.oneof(nearly, fc.string()), (text) => {
        fc.pre(text !== ticket);
        expect(tickets.redeem(text, PAGE)).to.equal(undefined);
      }),
    );
    expect(tickets.redeem(ticket, PAGE)).to.equal(ann);
  });

  it('keep their bounds whatever is done with them', () => {
    const step = fc.oneof(
      fc.record({ issue: fc.integer({ min: 1, max: 4 }) }),
      fc.record({ redeem: fc.nat({ max: 30 }) }),
      fc.record({ wait: fc.integer({ min: 1, max: 40_000 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { tickets, clock } = openDesk({ max: 6, maxPerPrincipal: 2 });
        const issued: { ticket: string; at: number; used: boolean }[] = [];
        for (const each of steps) {
          if ('wait' in each) clock.advance(each.wait);
          else if ('issue' in each) {
            const made = outcomeOf(() => tickets.issue(identityOf(String(each.issue)), PAGE));
            if (!Array.isArray(made))
              issued.push({ ...(made as { ticket: string }), at: clock.monotonic(), used: false });
          } else {
            const one = issued[each.redeem];
            if (one === undefined) continue;
            const who = tickets.redeem(one.ticket, PAGE);
            if (who !== undefined) expect([one.used, clock.monotonic() - one.at < 30_000]).to.deep.equal([false, true]);
            one.used = true;
          }
          expect(tickets.size).to.be.at.most(6);
        }
      }),
    );
  });

  it('are not issued within bounds that are none', () => {
    for (const bounds of [{ ttlMs: 0 }, { max: -1 }, { maxPerPrincipal: 1.5 }]) {
      expect(() => openDesk(bounds)).to.throw(RangeError, Object.keys(bounds)[0]);
    }
  });
});
