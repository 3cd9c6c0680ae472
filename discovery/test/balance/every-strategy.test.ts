import { expect } from 'chai';
import fc from 'fast-check';
import { Strategies } from '../../src/balance/strategies.ts';
import type { Candidate } from '../../src/balance/strategy.ts';
import { begin, bench, end, oneByOne, worker, workers } from './fleet.ts';

const NAMES = ['adaptive', 'affinity', 'least-connections', 'p2c', 'round-robin', 'weighted'];
const HINTS = [
  {},
  { affinity: 'voice-1' },
  { affinity: 'voice-2', zone: 'near' },
  { zone: 'near' },
  { zone: 'nowhere' },
];
const SOME_WEIGHT = fc.oneof(
  fc.double({ min: 0.1, max: 10 }),
  fc.constantFrom(0, -1, Number.NaN, 1e-300, 1e300, 1 / 0),
);
const SOME_TIME = fc.oneof(fc.nat(10_000), fc.constantFrom(Number.NaN, -5, 0.001, 1 / 0));
const SOME_WORKER = fc.record({
  weight: SOME_WEIGHT,
  slots: fc.nat(4),
  zone: fc.constantFrom('near', 'far', undefined),
});
const STEP = fc.oneof(
  { weight: 1, arbitrary: fc.record({ adopt: fc.array(fc.nat(14), { maxLength: 15 }) }) },
  { weight: 4, arbitrary: fc.record({ pick: fc.constantFrom(...HINTS), not: fc.nat(14) }) },
  {
    weight: 4,
    arbitrary: fc.record({ end: fc.nat(), ms: SOME_TIME, how: fc.constantFrom('ok', 'hard', 'soft', 'neutral') }),
  },
  { weight: 1, arbitrary: fc.record({ wait: fc.constantFrom(1, 500, 20_000, 1e9) }) },
);

for (const name of NAMES) {
  describe(`every strategy: ${name}`, () => {
    const open = (seed = 1, slowStartMs = 0) => {
      const { clock, context } = bench(seed);
      return { clock, strategy: new Strategies({ clock, random: context.random, slowStartMs }).open(name) };
    };

    it('says whether a worker is welcome to calls in line: all are, unless it knows that one is dear', () => {
      const { strategy } = open();
      const fleet = workers(3);
      strategy.adopt(fleet);
      for (const one of fleet) {
        for (let call = 0; call < 30; call++) {
          one.inFlight += 1;
          end(strategy, one, 'ok', one.id === 'a' ? 2_000 : 100);
        }
      }
      const welcome = fleet.filter((one) => strategy.welcomes?.(one, 0) ?? true).map(({ id }) => id);
      expect(welcome).to.deep.equal(['adaptive', 'affinity'].includes(name) ? ['b', 'c'] : ['a', 'b', 'c']);
      expect(fleet.every((one) => strategy.welcomes?.(one, 60_000) ?? true)).to.equal(true);
    });

    it('picks nobody when there is nobody, and the only one whatever it did', () => {
      const { strategy } = open();
      expect(strategy.pick({})).to.equal(undefined);
      const [only] = workers(1);
      if (only === undefined) throw new Error('no worker');
      strategy.adopt([only]);
      for (let i = 0; i < 20; i++) {
        expect(begin(strategy, { affinity: 'key', not: only })).to.equal(only);
        end(strategy, only, 'hard');
      }
      strategy.adopt([]);
      expect(strategy.pick({ affinity: 'key' })).to.equal(undefined);
    });

    it('picks one of those adopted last, and not the one that just failed when there is another', () => {
      fc.assert(
        fc.property(
          fc.array(SOME_WORKER, { minLength: 15, maxLength: 15 }),
          fc.array(STEP, { maxLength: 60 }),
          (facts, steps) => {
            const { clock, strategy } = open(7, 10_000);
            const all = facts.map((fact, i) => worker(`w${i}`, fact));
            let available: Candidate[] = [];
            const running: Candidate[] = [];
            for (const step of steps) {
              if ('adopt' in step) {
                available = [...new Set(step.adopt)].flatMap((i) => all[i] ?? []);
                strategy.adopt(available);
              } else if ('pick' in step) {
                const not = all[step.not];
                const picked = begin(strategy, { ...step.pick, not });
                if (picked === undefined) expect(available).to.deep.equal([]);
                else {
                  expect(available).to.include(picked);
                  if (available.length > 1) expect(picked).to.not.equal(not);
                  running.push(picked);
                }
              } else if ('end' in step) {
                const [ended] = running.splice(step.end % (running.length || 1), 1);
                if (ended !== undefined) end(strategy, ended, step.how, step.ms);
              } else clock.advance(step.wait);
              for (const candidate of all) {
                for (const value of Object.values(strategy.explain?.(candidate) ?? {})) {
                  expect(value).to.be.at.least(0).and.below(Number.POSITIVE_INFINITY);
                }
              }
            }
          },
        ),
        { numRuns: 60 },
      );
    });

    it('avoids the one that just failed, be there one other or many, and whatever the dice say', () => {
      for (const count of [2, 3, 12, 40]) {
        for (const random of [bench(6).context.random, () => 0, () => 0.999_999]) {
          const strategy = new Strategies({ clock: bench().clock, random, slowStartMs: 0 }).open(name);
          const fleet = workers(count);
          strategy.adopt(fleet);
          for (const not of fleet) {
            for (let i = 0; i < 10; i++)
              expect(strategy.pick({ not, affinity: i % 2 ? 'key' : undefined })).to.not.equal(not);
          }
        }
      }
    });

    it('takes a cold worker when only it is left', () => {
      const { clock, strategy } = open(8, 10_000);
      const [old, fresh] = workers(2);
      if (old === undefined || fresh === undefined) throw new Error('no workers');
      strategy.adopt([old]);
      clock.advance(60_000);
      strategy.adopt([old, fresh]);
      for (let i = 0; i < 100; i++) expect(strategy.pick({ not: old })).to.equal(fresh);
    });

    it('never picks one that left with calls under way, while they end and after', () => {
      const { strategy } = open();
      const fleet = workers(12);
      strategy.adopt(fleet);
      const running = Array.from({ length: 60 }, (_, i) =>
        begin(strategy, i % 3 === 0 ? { affinity: `key ${i}` } : {}),
      );
      const staying = fleet.slice(8);
      strategy.adopt(staying);
      for (const [i, one] of running.entries()) {
        if (one !== undefined) end(strategy, one, i % 4 === 0 ? 'hard' : 'ok');
        expect(staying).to.include(strategy.pick({}));
        expect(staying).to.include(strategy.pick({ affinity: `key ${i}` }));
      }
    });

    it('looks at a few of five hundred workers only', () => {
      const { strategy } = open();
      let looks = 0;
      const fleet = workers(500).map((one) => {
        let calls = 0;
        return Object.defineProperty(one, 'inFlight', {
          get: () => {
            looks += 1;
            return calls;
          },
          set: (value: number) => {
            calls = value;
          },
        });
      });
      strategy.adopt(fleet);
      for (const affinity of [undefined, 'key']) oneByOne(strategy, 1, undefined, { affinity });
      looks = 0;
      oneByOne(strategy, 100);
      oneByOne(strategy, 100, undefined, { affinity: 'key' });
      expect(looks / 200).to.be.below(20);
    });

    it('does not mind when the caller changes the list it was given', () => {
      const { strategy } = open();
      const [a, b, c] = workers(3);
      const list = [a, b, c].flatMap((one) => one ?? []);
      strategy.adopt(list);
      list.splice(0, 3, worker('stranger'));
      expect([...oneByOne(strategy, 50).keys()]).to.not.include('stranger');
    });

    it('gives equal workers equal shares', () => {
      const { clock, strategy } = open(3);
      strategy.adopt(workers(5));
      const counts = oneByOne(strategy, 5_000, () => {
        clock.advance(1);
        return { ms: 100 };
      });
      for (const [id, count] of counts) expect(count, id).to.be.within(850, 1_150);
      expect(counts.size).to.equal(5);
    });

    it('spares a worker that has just come, and treats it like the others ten seconds later', () => {
      const { clock, strategy } = open(5, 10_000);
      const old = workers(4);
      const newcomer = worker('new');
      strategy.adopt(old);
      clock.advance(60_000);
      strategy.adopt([...old, newcomer]);
      expect(oneByOne(strategy, 5_000).get('new') ?? 0).to.be.within(20, 250);
      clock.advance(10_000);
      expect(oneByOne(strategy, 5_000).get('new') ?? 0).to.be.within(800, 1_200);
    });

    it('keeps shares fair after a night without calls', () => {
      const { clock, strategy } = open(4);
      strategy.adopt(workers(4));
      oneByOne(strategy, 100, ({ id }) => ({ outcome: id === 'a' ? 'hard' : 'ok', ms: id === 'b' ? 900 : 100 }));
      clock.advance(12 * 3_600_000);
      const counts = oneByOne(strategy, 4_000, () => {
        clock.advance(1);
        return {};
      });
      for (const [id, count] of counts) expect(count, id).to.be.within(800, 1_200);
      expect(counts.size).to.equal(4);
    });
  });
}
