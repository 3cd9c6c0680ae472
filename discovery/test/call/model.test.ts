import { CallError, type ErrorName } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import type { Reservation } from '../../src/call/reservation.ts';
import { seeded } from '../balance/fleet.ts';
import { member, tool } from '../registry/introductions.ts';
import { type Arrived, flush, house, type Promised, type Staffed } from './scripted.ts';

const SLOTS = 2;
const ERRORS: readonly ErrorName[] = [
  'INTERNAL',
  'UPSTREAM_ERROR',
  'OVERLOADED',
  'DRAINING',
  'INVALID_PARAMS',
  'CANCELLED',
];

/** What may happen, in any order. Numbers choose among whatever there is. */
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('call' as const),
      repeatable: fc.boolean(),
      timeoutMs: fc.integer({ min: 1, max: 800 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('answer' as const), at: fc.nat(20) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('fail' as const),
      at: fc.nat(20),
      error: fc.constantFrom(...ERRORS),
      ran: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 400 }) }) },
  fc.record({ do: fc.constant('cancel' as const), at: fc.nat(20) }),
  fc.record({ do: fc.constant('interrupt' as const), at: fc.nat(20) }),
  fc.record({ do: fc.constant('hire' as const) }),
  fc.record({
    do: fc.constantFrom('drain' as const, 'lose' as const, 'resume' as const, 'dismiss' as const),
    at: fc.nat(5),
  }),
  fc.record({ do: fc.constant('reserve' as const), use: fc.boolean() }),
  fc.record({ do: fc.constant('adopt' as const), at: fc.nat(5) }),
);

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** Everything that was done, and how to look at it afterwards. */
class Story {
  readonly all;
  readonly calls: Promised[] = [];
  readonly #staff: (Staffed & { readonly number: number; epoch: number })[] = [];
  readonly #held: Reservation[] = [];

  constructor(hedge: boolean, seed: number) {
    this.all = house(0, hedge ? { hedge: { leastMs: 1, share: 1 } } : {}, seeded(seed));
    this.#hire();
    this.#hire();
  }

  get arrived(): readonly Arrived[] {
    return this.#staff.flatMap(({ link }) => link.arrived);
  }

  async take(taken: Step): Promise<void> {
    switch (taken.do) {
      case 'call':
        this.calls.push(this.all.call({ repeatable: taken.repeatable, timeoutMs: taken.timeoutMs }));
        break;
      case 'answer':
        this.#one(this.arrived, taken.at)?.answer();
        break;
      case 'fail':
        this.#one(this.arrived, taken.at)?.fail(
          new CallError(taken.error, 'so', taken.ran ? { maybeExecuted: true } : {}),
        );
        break;
      case 'wait':
        this.all.clock.advance(taken.ms);
        break;
      case 'cancel':
        this.#one(this.calls, taken.at)?.work.interest.cancel(new CallError('CANCELLED'));
        break;
      case 'interrupt':
        this.#one(this.arrived, taken.at)?.call.interrupted();
        break;
      case 'hire':
        this.#hire();
        break;
      case 'reserve': {
        const held = this.all.cluster.reserve('draw');
        if (held !== undefined && taken.use) this.#use(held);
        else if (held !== undefined) this.#held.push(held);
        break;
      }
      case 'adopt': {
        const held = this.all.cluster.adopt(this.#one(this.#staff, taken.at)?.id ?? '');
        if (held !== undefined) this.#held.push(held);
        break;
      }
      default:
        this.#changeStaff(taken.do, taken.at);
    }
    await flush();
  }

  /** Everything that is open comes to its end. */
  async end(): Promise<void> {
    for (const held of this.#held) held.release();
    for (let round = 0; round < 4; round++) {
      for (const { answer } of this.arrived) answer();
      await flush();
      this.all.clock.advance(1_000);
      await flush();
    }
  }

  /** How many slots can be had now, of those that there are. */
  slots(): { readonly had: number; readonly there: number } {
    const { cluster } = this.all;
    const there = cluster.list().workers.filter(({ available }) => available).length * SLOTS;
    let had = 0;
    while (cluster.reserve('draw') !== undefined) had++;
    return { had, there };
  }

  #use(held: Reservation): void {
    const work = this.all.work({ timeoutMs: 500 });
    const outcome: Promised['outcome'] = {};
    const promise = held.call(work);
    promise.then(
      (value) => Object.assign(outcome, { value }),
      (error) => Object.assign(outcome, { error }),
    );
    this.calls.push({ work, promise, outcome });
  }

  #hire(): void {
    const number = this.#staff.length;
    this.#staff.push({ ...this.all.hire(number, { slots: SLOTS }), number, epoch: 1 });
  }

  #changeStaff(what: 'drain' | 'lose' | 'resume' | 'dismiss', at: number): void {
    const one = this.#one(this.#staff, at);
    if (one === undefined || one.lease.end !== undefined) return;
    if (what === 'drain') one.lease.drain();
    else if (what === 'lose') one.lease.disconnected();
    else if (what === 'dismiss') one.lease.release('dismissed');
    else {
      const facts = member(one.number, { slots: SLOTS, epoch: one.epoch + 1 });
      const lease = this.all.cluster.registry.register(facts, [tool('draw')], one.link, { heartbeats: false });
      this.#staff[this.#staff.indexOf(one)] = { ...one, lease, epoch: one.epoch + 1 };
    }
  }

  #one<T>(list: readonly T[], at: number): T | undefined {
    return list[at % Math.max(1, list.length)];
  }
}

describe('Whatever happens to calls and workers,', () => {
  it('every call settles once, makes at most two attempts, and gives back every slot it took', () =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 50 }), fc.boolean(), fc.integer(), async (steps, hedge, seed) => {
        const story = new Story(hedge, seed);
        for (const taken of steps) {
          await story.take(taken);
          for (const { inFlight } of story.all.cluster.registry.catalogue.find('draw') === undefined
            ? []
            : story.all.cluster.explain('draw').workers)
            expect(inFlight).to.be.at.least(0);
        }
        await story.end();
        for (const { outcome } of story.calls) expect(Object.keys(outcome)).to.have.length(1);
        const attempts = new Map<unknown, number>();
        for (const { call } of story.arrived) attempts.set(call.args, (attempts.get(call.args) ?? 0) + 1);
        for (const count of attempts.values()) expect(count).to.be.at.most(2);
        const { had, there } = story.slots();
        expect(had).to.equal(there);
        expect(story.all.faults).to.deep.equal([]);
        story.all.cluster.close();
        story.all.clock.advance(1_000_000);
        expect(story.all.clock.pending).to.equal(0);
      }),
      { numRuns: 300 },
    ));

  it('no further attempts are made than the budget allows, however many workers are down', () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 100, max: 300 }),
        fc.integer(),
        async (workers, calls, seed) => {
          const all = house(workers, {}, seeded(seed));
          for (const { link } of all.workers) link.script = () => Promise.reject(new CallError('UPSTREAM_ERROR'));
          for (let call = 0; call < calls; call++) {
            all.call();
            await flush();
            all.clock.advance(50);
          }
          all.clock.advance(1_000);
          await flush();
          const attempts = all.workers.reduce((sum, { link }) => sum + link.arrived.length, 0);
          expect(attempts).to.be.at.most(calls * 1.2);
        },
      ),
      { numRuns: 20 },
    ));
});
