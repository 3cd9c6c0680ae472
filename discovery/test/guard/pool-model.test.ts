import { expect } from 'chai';
import fc from 'fast-check';
import type { Breaker } from '../../src/guard/breaker.ts';
import type { GuardState } from '../../src/guard/guard.ts';
import type { Outcome } from '../../src/outcome.ts';
import { type Guarded, guarded } from './guarded.ts';

const WORKERS = 6;
const worker = fc.nat(WORKERS - 1).map((n) => `w${n}`);
const outcome = fc.constantFrom<Outcome>('ok', 'hard', 'hard', 'hard', 'soft', 'neutral');

/** One step of a story: calls that leave, calls that end in any order, time, and workers that connect anew. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ act: fc.constant('start' as const), id: worker }) },
  { weight: 8, arbitrary: fc.record({ act: fc.constant('end' as const), call: fc.nat(1_000), outcome }) },
  { weight: 3, arbitrary: fc.record({ act: fc.constant('trip' as const), id: worker }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('wait' as const), ms: fc.nat(40_000) }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('reconnect' as const), id: worker }) },
);
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;
const story = fc.array(step, { maxLength: 150, size: 'max' });

interface CallUnderWay {
  readonly guard: Breaker;
  readonly ticket: number;
  /** How often its worker had changed state or epoch when it left. */
  readonly age: number;
}

class Story {
  readonly house: Guarded;
  stragglers = 0;
  readonly #ages = new Map<string, number>();
  readonly #calls: CallUnderWay[] = [];
  #epoch = 1;

  constructor() {
    this.house = guarded(WORKERS, { onState: (id) => this.#grow(id) });
  }

  tell(step: Step): void {
    const { house } = this;
    if (step.act === 'start') {
      const guard = house.guard(step.id);
      this.#calls.push({ guard, ticket: guard.started(), age: this.#age(step.id) });
    } else if (step.act === 'end') this.#end(step.call, step.outcome);
    else if (step.act === 'trip') house.trip(step.id);
    else if (step.act === 'wait') house.clock.advance(step.ms);
    else {
      house.pool.add(step.id, ++this.#epoch);
      this.#grow(step.id);
    }
  }

  #end(number: number, outcome: Outcome): void {
    const [call] = this.#calls.splice(number % Math.max(1, this.#calls.length), 1);
    if (call === undefined) return;
    const { guard, ticket, age } = call;
    if (age === this.#age(guard.id)) {
      guard.ended(ticket, outcome);
      return;
    }
    this.stragglers++;
    const before = this.house.pool.list();
    guard.ended(ticket, outcome);
    this.house.guard(guard.id).ended(ticket, outcome);
    expect(this.house.pool.list()).to.deep.equal(before);
  }

  #age(id: string): number {
    return this.#ages.get(id) ?? 0;
  }

  #grow(id: string): void {
    this.#ages.set(id, this.#age(id) + 1);
  }
}

describe('Whatever happens to a pool', () => {
  it('what ends in an older generation opens and closes nothing', () => {
    let stragglers = 0;
    fc.assert(
      fc.property(story, (steps) => {
        const told = new Story();
        for (const step of steps) told.tell(step);
        stragglers += told.stragglers;
      }),
    );
    // The stories must be about what they claim.
    expect(stragglers).to.be.greaterThan(100);
  });

  it('never more than half is out, and the list is never empty', () => {
    fc.assert(
      fc.property(story, (steps) => {
        const told = new Story();
        const { pool } = told.house;
        for (const step of steps) {
          told.tell(step);
          const out = pool.list().filter(({ state }) => state !== 'closed').length;
          expect(out)
            .to.equal(pool.out)
            .and.to.be.at.most(WORKERS / 2);
          expect(pool.panic).to.equal(out === WORKERS / 2);
          expect(pool.available().length).to.be.greaterThan(WORKERS / 2);
        }
      }),
    );
  });

  it('there is one appointment for each that is open or tried, and none after shutdown', () => {
    fc.assert(
      fc.property(story, (steps) => {
        const told = new Story();
        const { pool, clock } = told.house;
        for (const step of steps) {
          told.tell(step);
          expect(clock.pending).to.equal(pool.list().filter(({ standing }) => standing === 'out').length);
        }
        pool.shutdown();
        expect(clock.pending).to.equal(0);
      }),
    );
  });
});

describe('One worker among healthy ones, called once a second', () => {
  /** The rule written a second time, as a loop over what happened. */
  function expected(outcomes: readonly Outcome[]): GuardState[] {
    let [row, ejections, state, until, backAt]: [number, number, GuardState, number, number] = [
      0,
      0,
      'closed',
      0,
      -1e9,
    ];
    return outcomes.map((outcome, second) => {
      const now = second * 1_000;
      if (state === 'open' && now >= until) state = 'half-open';
      const failsTrial = state === 'half-open' && (outcome === 'hard' || outcome === 'soft');
      if (state === 'closed' && outcome !== 'neutral' && outcome !== 'soft') row = outcome === 'ok' ? 0 : row + 1;
      if (failsTrial || (state === 'closed' && row >= 5)) {
        if (state === 'closed' && now - backAt >= 60_000) ejections = 0;
        state = 'open';
        until = now + Math.min(10_000 * 2 ** ejections++, 114_000);
      } else if (state === 'half-open' && outcome === 'ok') [state, row, backAt] = ['closed', 0, now];
      return state;
    });
  }

  it('is where the rule puts it', () => {
    const mostlyBad = fc.constantFrom<Outcome>('hard', 'hard', 'hard', 'hard', 'hard', 'hard', 'soft', 'neutral', 'ok');
    const spell = fc.oneof(
      fc.array(mostlyBad, { maxLength: 60, size: 'max' }),
      fc.array(fc.constant<Outcome>('ok'), { maxLength: 99, size: 'max' }),
    );
    fc.assert(
      fc.property(fc.array(spell, { maxLength: 8, size: 'max' }), (spells) => {
        const outcomes = spells.flat();
        const { clock, guard, calls } = guarded(4);
        const states = outcomes.map((outcome, second) => {
          clock.advance(second === 0 ? 0 : 1_000);
          calls('w0', outcome);
          return guard('w0').state;
        });
        expect(states).to.deep.equal(expected(outcomes));
      }),
    );
  });
});
