import { CallError, type ErrorName } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { openEmbeddedEngine } from '../../src/engine/embedded/open.ts';
import { rest } from '../jobs/house.ts';
import { keptLog } from '../kept-log.ts';
import { KEEP_MS, KeyHouse, type Request, type Run } from './house.ts';

/** Errors a tool may end with: said to have run, surely not run, to be tried again, and a verdict. */
const ENDINGS: readonly (() => CallError)[] = [
  () => new CallError('UPSTREAM_ERROR', 'lost', { maybeExecuted: true, retryable: true }),
  () => new CallError('UNAVAILABLE', 'nobody', { maybeExecuted: false }),
  () => new CallError('OVERLOADED'),
  () => new CallError('INVALID_PARAMS'),
];
const FREE: ReadonlySet<ErrorName> = new Set(['UNAVAILABLE', 'OVERLOADED']);

const which = fc.nat(5);
/** `twice`: two calls of tools that may run twice, and two of tools that may not, lie between each other. */
const key = fc.constantFrom('once-a', 'once-b', 'twice-a', 'twice-b');
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('ask' as const), key, deadlineMs: fc.constantFrom(undefined, 50) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('answer', 'cancel', 'leave' as const), which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('fail' as const), which, how: fc.nat(ENDINGS.length - 1) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(25, 50, KEEP_MS) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('rest', 'restart' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** The rules, written down a second time. */
class Model {
  readonly house: KeyHouse;
  /** Of the process that lives. */
  requests: { readonly key: string; readonly request: Request }[] = [];
  /** Ended by the test, or by those who waited. */
  readonly #ended = new Set<Run>();
  readonly #seen = new Set<Run>();
  readonly #results = new Map<string, Set<unknown>>();
  /** When a key that must not run twice may have run. */
  readonly #spent = new Map<string, number>();
  #token = 0;

  constructor(house: KeyHouse) {
    this.house = house;
  }

  async take(one: Step): Promise<void> {
    const { house } = this;
    const waiting = this.requests.filter(({ request }) => request.told() === undefined);
    const asked = 'which' in one ? waiting[one.which % Math.max(1, waiting.length)]?.request : undefined;
    const open = house.runs.filter((run) => !this.#isOver(run));
    const run = 'which' in one ? open[one.which % Math.max(1, open.length)] : undefined;
    if (one.do === 'ask') this.#ask(one.key, one.deadlineMs);
    else if (one.do === 'wait') house.clock.advance(one.ms);
    else if (one.do === 'rest') await rest();
    else if (one.do === 'restart') await this.#restart();
    else if (one.do === 'cancel') asked?.cancellation.cancel(new CallError('CANCELLED'));
    else if (one.do === 'leave') asked?.cancellation.leave(house.gone());
    else if (one.do === 'answer' && run !== undefined) this.#answer(run);
    else if (one.do === 'fail' && run !== undefined) this.#fail(run, ENDINGS[one.how]?.() ?? expect.fail());
    this.#look();
  }

  async end(): Promise<void> {
    await rest();
    this.#look();
    for (const run of this.house.runs) if (!this.#isOver(run)) this.#answer(run);
    await rest();
    this.#look();
    for (const { key: name, request } of this.requests) {
      const told = request.told();
      expect(told, `${name} is answered`).to.not.equal(undefined);
      const { errorName } = told?.error ?? {};
      const ownWish = request.cancellation.reason !== undefined;
      if (errorName === 'CANCELLED' && name.startsWith('twice'))
        expect(ownWish, `${name} gave up itself`).to.equal(true);
      if (told?.error === undefined) expect(this.#results.get(name)?.has(told?.result), name).to.equal(true);
    }
  }

  #ask(name: string, deadlineMs: number | undefined): void {
    const tool = { idempotent: name.startsWith('twice') };
    const asked = deadlineMs === undefined ? {} : { deadlineMs };
    this.requests.push({ key: name, request: this.house.ask({ key: name, tool, ...asked }) });
  }

  #answer(run: Run): void {
    const name = keyOf(run);
    // Kept results come back as other objects, so that what is compared is a value.
    const token = `${name} ${++this.#token}`;
    this.#results.set(name, (this.#results.get(name) ?? new Set()).add(token));
    this.#end(run, true);
    run.answer(token);
  }

  #fail(run: Run, error: CallError): void {
    this.#end(run, !FREE.has(error.errorName));
    run.fail(error);
  }

  #end(run: Run, mayHaveRun: boolean): void {
    this.#ended.add(run);
    if (mayHaveRun) this.#spent.set(keyOf(run), this.house.clock.now());
  }

  async #restart(): Promise<void> {
    await rest();
    this.#look();
    for (const run of this.house.runs) if (!this.#isOver(run)) this.#end(run, true);
    this.house.restart();
    this.requests = [];
  }

  #isOver(run: Run): boolean {
    return this.#ended.has(run) || run.call.cancellation.reason !== undefined;
  }

  /** Whatever began since the last look was allowed to. */
  #look(): void {
    const { house } = this;
    const now = house.clock.now();
    for (const run of house.runs) {
      if (run.call.cancellation.reason !== undefined && !this.#ended.has(run)) this.#end(run, true);
    }
    for (const run of house.runs) {
      if (this.#seen.has(run)) continue;
      this.#seen.add(run);
      const name = keyOf(run);
      const beside = house.runs.filter((other) => other !== run && keyOf(other) === name && !this.#isOver(other));
      expect(beside, `${name} runs once at a time`).to.deep.equal([]);
      const spent = this.#spent.get(name);
      const mayRun = name.startsWith('twice') || spent === undefined || now - spent >= KEEP_MS;
      expect(mayRun, `${name} runs once`).to.equal(true);
    }
  }
}

function keyOf({ call }: Run): string {
  return call.meta.idempotencyKey ?? expect.fail();
}

describe('calls under keys, whatever happens in whatever order', () => {
  it('never run twice under one key, and everybody who waits is answered', async () => {
    const engine = await openEmbeddedEngine({ dataDir: ':memory:', log: keptLog() });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), async (steps) => {
        const model = new Model(new KeyHouse(engine));
        for (const one of steps) await model.take(one);
        await model.end();
        await model.house.clear();
      }),
      { numRuns: 60 },
    );
  });
});
