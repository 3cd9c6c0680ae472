import { expect } from 'chai';
import fc from 'fast-check';
import { Rendezvous } from '../../src/balance/rendezvous.ts';
import { worker, workers } from './fleet.ts';

const KEYS = Array.from({ length: 5_000 }, (_, i) => `voice-${i}`);
const firsts = (rendezvous: Rendezvous) => KEYS.map((key) => rendezvous.order(key)[0]?.id);

/** What has been mended may know less of an order than what is new, but nothing else. */
function expectAgreement(old: Rendezvous, fresh: Rendezvous): void {
  for (const key of KEYS.slice(0, 500)) {
    const known = old.order(key).map(({ id }) => id);
    const whole = fresh.order(key).map(({ id }) => id);
    expect(known).to.deep.equal(whole.slice(0, known.length));
    expect(known.length).to.be.at.least(Math.min(4, whole.length));
  }
}

describe('rendezvous hashing', () => {
  for (const count of [3, 10, 50]) {
    it(`moves one key in ${count + 1} when one joins ${count}, all of them to it, and moves them back when it leaves`, () => {
      const rendezvous = new Rendezvous();
      const fleet = workers(count);
      rendezvous.adopt(fleet);
      const before = firsts(rendezvous);
      rendezvous.adopt([...fleet, worker('new')]);
      const after = firsts(rendezvous);
      const moved = after.filter((id, i) => id !== before[i]);
      expect(new Set(moved)).to.deep.equal(new Set(['new']));
      expect(moved.length / KEYS.length).to.be.within(0.7 / (count + 1), 1.3 / (count + 1));
      rendezvous.adopt(fleet);
      expect(firsts(rendezvous)).to.deep.equal(before);
    });
  }

  it('gives keys out by weight', () => {
    const rendezvous = new Rendezvous();
    rendezvous.adopt([worker('heavy', { weight: 3 }), ...workers(3)]);
    const heavy = firsts(rendezvous).filter((id) => id === 'heavy').length;
    expect(heavy / KEYS.length).to.be.within(0.46, 0.54);
  });

  it('agrees, after any comings and goings, with one that has just begun', () => {
    const sets = fc.array(fc.uniqueArray(fc.nat(29), { maxLength: 30 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(sets, (steps) => {
        const all = workers(30, {});
        const old = new Rendezvous();
        for (const step of steps) {
          const available = step.flatMap((i) => all[i] ?? []);
          old.adopt(available);
          const fresh = new Rendezvous();
          fresh.adopt([...available].reverse());
          expectAgreement(old, fresh);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('mends what it knows one worker at a time as exactly as it computes it', () => {
    const fleet = workers(20);
    const old = new Rendezvous();
    old.adopt(fleet);
    firsts(old);
    for (let gone = 1; gone <= 18; gone++) {
      old.adopt(fleet.slice(gone));
      const fresh = new Rendezvous();
      fresh.adopt(fleet.slice(gone));
      expectAgreement(old, fresh);
    }
    for (let back = 17; back >= 0; back--) {
      old.adopt(fleet.slice(back));
      const fresh = new Rendezvous();
      fresh.adopt(fleet.slice(back));
      expectAgreement(old, fresh);
    }
  });

  it('mends rightly when some come while others go', () => {
    const fleet = workers(60);
    const old = new Rendezvous();
    for (let begin = 0; begin <= 46; begin += 2) {
      const fresh = new Rendezvous();
      for (const rendezvous of [old, fresh]) rendezvous.adopt(fleet.slice(begin, begin + 14));
      expectAgreement(old, fresh);
    }
  });

  it('sends a key where it was sent yesterday: the numbers are frozen', () => {
    const rendezvous = new Rendezvous();
    rendezvous.adopt(workers(5));
    const order = ['voice-1', 'voice-2', '', 'größe'].map((key) =>
      rendezvous
        .order(key)
        .map(({ id }) => id)
        .join(''),
    );
    expect(order).to.deep.equal(['aebdc', 'cbead', 'ecbad', 'cabde']);
  });
});
