import { CallError, isFinal } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { openEmbeddedEngine } from '../../src/engine/embedded/open.ts';
import { Ledger } from '../../src/jobs/ledger.ts';
import { FakeClock } from '../fake-clock.ts';
import { keptLog } from '../kept-log.ts';
import { usualReach } from '../policy/policy-of.ts';
import { ada, closeJobs, heldTool, type JobHouse, openJobs, rest, statesOf, steadyBytes, until } from './house.ts';
import { FakeWorker, type Held } from './places.ts';

const act = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('submit', 'submit here' as const), which: fc.nat(3) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('answer', 'answer here', 'fail', 'progress', 'memo', 'cancel', 'retry' as const),
      which: fc.nat(9),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('lose', 'return', 'forget', 'refuse', 'agree' as const),
      which: fc.nat(1),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('kill', 'drain' as const), which: fc.nat(3) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('second', 'minute' as const), which: fc.nat(3) }) },
);
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

/** One world: a database, two workers that outlive every gateway, and gateways one after the other. */
class World {
  readonly workers = [new FakeWorker('w-0', ['away', 'both'], 2), new FakeWorker('w-1', ['away', 'both'], 1)];
  readonly ids: string[] = [];
  retries = 0;
  readonly #both = heldTool('both', { slots: 'network' });
  readonly #away = heldTool('away');
  readonly #ledger: Ledger;
  #jobs: JobHouse;
  #clock: FakeClock;
  /** Runs in the process that lives. */
  #living = 0;

  private constructor(ledger: Ledger, clock: FakeClock, jobs: JobHouse) {
    this.#ledger = ledger;
    this.#clock = clock;
    this.#jobs = jobs;
  }

  static async make(): Promise<World> {
    const engine = await openEmbeddedEngine({ dataDir: ':memory:', log: keptLog() });
    const clock = new FakeClock();
    const ledger = new Ledger(engine, { clock, random: steadyBytes(), mayTouch: usualReach() });
    const world = new World(ledger, clock, await openJobs({ tools: [], engine, ledger, clock }));
    await world.#restart(engine);
    return world;
  }

  get jobs(): JobHouse {
    return this.#jobs;
  }

  get held(): readonly Held[] {
    return this.workers.flatMap(({ held }) => held);
  }

  async perform({ do: what, which }: Act): Promise<void> {
    const id = this.ids[which % Math.max(1, this.ids.length)] ?? '';
    const held = this.held[which];
    const worker = this.workers[which] ?? this.workers[0] ?? expect.fail();
    const { runner, engine } = this.#jobs;
    switch (what) {
      case 'submit':
      case 'submit here':
        this.ids.push(await this.#jobs.submit(what === 'submit' ? 'away' : 'both'));
        break;
      case 'answer':
        held?.answer({ attempt: held.job.attempt });
        break;
      case 'answer here':
        this.answerHere();
        break;
      case 'fail':
        held?.fail(new CallError('TOOL_FAILED', 'no'));
        break;
      case 'progress':
        held?.context.progress({ stage: 's', fraction: which / 10 });
        break;
      case 'memo':
        held?.context.memo('stage', () => Promise.resolve(held.job.attempt)).catch(() => undefined);
        break;
      case 'cancel':
        await runner.cancel(ada, id).catch(() => undefined);
        break;
      case 'retry':
        await runner.retry(ada, id).then(
          () => {
            this.retries += 1;
          },
          () => undefined,
        );
        break;
      case 'lose':
        worker.lost();
        break;
      case 'return':
        this.#register(worker, true);
        break;
      case 'forget':
        this.#register(worker, false);
        break;
      case 'refuse':
        worker.refusal = new CallError('OVERLOADED', 'busy');
        break;
      case 'agree':
        worker.refusal = undefined;
        break;
      case 'kill':
        await this.#restart(engine);
        break;
      case 'drain':
        void runner.drain(0);
        this.#clock.advance(0);
        await this.#restart(engine);
        break;
      default:
        this.#clock.advance(what === 'second' ? 1_000 : 60_000);
    }
  }

  answerHere(): void {
    for (const run of this.#both.runs.slice(this.#living)) run.answer({ attempt: 'here' });
  }

  /** Brings everything to its end. */
  async finish(): Promise<void> {
    for (const worker of this.workers) {
      worker.refusal = undefined;
      this.#register(worker, true);
    }
    await until(() => {
      for (const held of this.held) held.answer({ attempt: held.job.attempt });
      this.answerHere();
      this.#clock.advance(10_000);
      return this.ids.every((id) => isFinal(this.#jobs.runner.get(ada, id).status));
    });
    await rest();
  }

  #register(worker: FakeWorker, holds: boolean): void {
    const { runner, places } = this.#jobs;
    if (!holds) worker.lost();
    worker.keepOnly(runner.returned(worker.id, worker.back({ holds })));
    places.ring();
  }

  async #restart(engine: JobHouse['engine']): Promise<void> {
    // What was on its way to disk is there, or not: two processes never write at once.
    await rest();
    for (const worker of this.workers) worker.gatewayGone();
    this.#living = this.#both.runs.length;
    // The time of the dead stands still.
    this.#clock = new FakeClock(this.#clock.now());
    this.#jobs = await openJobs({
      ...{ tools: [this.#both], offered: [this.#away], workers: this.workers, engine },
      ...{ ledger: this.#ledger, clock: this.#clock },
    });
  }
}

describe('jobs at workers, over any order of losses, returns, restarts and cancellations', () => {
  afterEach(closeJobs);

  it('end exactly once, and with the answer of the attempt that counts', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(act, { minLength: 10, maxLength: 40 }),
        fc.infiniteStream(fc.boolean()),
        async (acts, pauses) => {
          const world = await World.make();
          for (const one of acts) {
            await world.perform(one);
            if (pauses.next().value) await rest();
          }
          await world.finish();
          const { runner, ledger, places, story } = world.jobs;
          let ends = 0;
          for (const id of world.ids) {
            const { status, attempt, result } = runner.get(ada, id);
            const answer = (result as { attempt?: unknown } | undefined)?.attempt;
            if (status === 'completed') expect(answer, id).to.be.oneOf([attempt, 'here']);
            const states = statesOf(await story(id)).join(' ');
            // What is final is left by a retry alone, and every start is of a job that waits.
            expect(states).to.match(
              /^queued( in_progress queued| in_progress (failed|canceled) queued| canceled queued)*( in_progress)? \w+$/,
            );
            ends += states.match(/completed|failed|canceled/g)?.length ?? 0;
            expect(ledger.read.byId(id)).not.to.have.property('worker');
          }
          expect(ends).to.equal(world.ids.length + world.retries);
          expect(runner.counts()).to.deep.equal({ queued: 0, running: 0 });
          expect(world.workers.map((worker) => places.freeAt(worker))).to.deep.equal([2, 1]);
          await closeJobs();
        },
      ),
      { numRuns: 150 },
    );
  });
});
