import type { Hosted } from '@callsheet/discovery';
import type { JsonObject, Principal, Tool, ToolContext } from '@callsheet/protocol';
import type { MayTouch } from '../../src/auth/ownership.ts';
import type { EmbeddedEngine } from '../../src/engine/embedded/engine.ts';
import { openEmbeddedEngine } from '../../src/engine/embedded/open.ts';
import { JobEvents, type TopicEvent } from '../../src/jobs/events.ts';
import type { JobRun } from '../../src/jobs/job-work.ts';
import { Ledger } from '../../src/jobs/ledger.ts';
import { JobRunner, type JobRunnerOptions } from '../../src/jobs/runner.ts';
import { FakeClock } from '../fake-clock.ts';
import { keptLog } from '../kept-log.ts';
import { usualReach } from '../policy/policy-of.ts';
import { FakePlaces, type FakeWorker, jobTool } from './places.ts';

export const ada: Principal = { id: 'ada', role: 'user', scopes: ['tools'] };
export const bob: Principal = { id: 'bob', role: 'user', scopes: [] };
export const admin: Principal = { id: 'root', role: 'admin', scopes: [] };

/** Bytes that look random and are the same in each run (the generator of Numerical Recipes). */
export function steadyBytes(): (size: number) => Uint8Array {
  let state = 1;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  };
  return (size) => Uint8Array.from({ length: size }, next);
}

/** Lets the event loop turn until something is so. */
export async function until(holds: () => boolean, what = String(holds)): Promise<void> {
  for (let turn = 0; turn < 2_000; turn++) {
    if (holds()) return;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  throw new Error(`it never came to this: ${what}`);
}

/** Lets everything that is under way come to rest. */
export async function rest(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** One run of a tool that the test ends as it likes. */
export interface Run {
  readonly args: JsonObject;
  readonly ctx: ToolContext;
  readonly answer: (result: unknown) => void;
  readonly fail: (error: unknown) => void;
}

/** A tool whose runs wait for the test. */
export function heldTool(name: string, facts: Partial<Tool> = {}): Tool & { readonly runs: Run[] } {
  const runs: Run[] = [];
  return {
    name,
    title: name,
    description: name,
    category: 'test',
    input: {},
    output: {},
    execution: 'job',
    timeoutMs: 60_000,
    ...facts,
    runs,
    run: (args: JsonObject, ctx: ToolContext) =>
      new Promise((answer, fail) => {
        runs.push({ args, ctx, answer, fail });
      }),
  };
}

/** A tool that does what the function says. */
export function quickTool(name: string, run: Tool['run'], facts: Partial<Tool> = {}): Tool {
  return { ...heldTool(name, facts), run };
}

const unused = (): never => {
  throw new Error('not used in these tests');
};

export function hostRun({ job, signal, deadline, progress, memo }: JobRun): Hosted {
  const { principal, project, terms } = job;
  const context: ToolContext = {
    ...{ signal, deadline, principal, project, progress, memo },
    trace: terms.trace,
    dryRun: terms.dryRun,
    log: keptLog(),
    assets: { put: unused, open: unused, url: unused },
    scratch: unused,
    call: unused,
  };
  return { context, settle: () => undefined };
}

export interface JobHouse {
  readonly clock: FakeClock;
  readonly engine: EmbeddedEngine;
  readonly ledger: Ledger;
  readonly runner: JobRunner;
  readonly events: JobEvents;
  readonly log: ReturnType<typeof keptLog>;
  readonly places: FakePlaces;
  /** Submits as Ada unless told otherwise, and answers the id. */
  submit(tool: string, more?: Partial<Parameters<JobRunner['submit']>[0]>): Promise<string>;
  /** Everything that happened to a job so far. */
  story(id: string): Promise<TopicEvent[]>;
}

export interface HouseOptions extends Partial<Omit<JobRunnerOptions, 'tools' | 'places'>> {
  /** What the gateway serves itself. */
  readonly tools: readonly Tool[];
  /** What it knows from workers alone. */
  readonly offered?: readonly Tool[];
  readonly workers?: FakeWorker[];
  readonly engine?: EmbeddedEngine;
  readonly ledger?: Ledger;
  /** Whose reach is asked; that of the usual roles when not said. */
  readonly mayTouch?: MayTouch;
}

const opened: JobHouse[] = [];

/** Closes whatever `openJobs` opened. */
export async function closeJobs(): Promise<void> {
  for (const { runner, events, engine, clock } of opened.splice(0)) {
    let closed = false;
    const closing = runner.close().then(() => {
      closed = true;
    });
    // Tools that never settle keep a drain waiting for their grace.
    await until(() => {
      clock.advance(10_000);
      return closed;
    });
    await closing;
    events.close();
    engine.close();
  }
}

/** Jobs on a database in memory, with time in the test's hand. Started. */
export async function openJobs(options: HouseOptions): Promise<JobHouse> {
  const clock = options.clock instanceof FakeClock ? options.clock : new FakeClock();
  const { mayTouch = usualReach(), tools, offered = [], workers, ...more } = options;
  const log = keptLog();
  const engine = options.engine ?? (await openEmbeddedEngine({ dataDir: ':memory:', log, clock }));
  const ledger = options.ledger ?? new Ledger(engine, { clock, random: steadyBytes(), mayTouch });
  const known = new Map([...tools, ...offered].map((tool) => [tool.name, jobTool(tool)]));
  const places = new FakePlaces(clock, tools, workers);
  const runner = new JobRunner({
    contextFor: hostRun,
    slots: { cpu: 1, network: 2 },
    log,
    clean: (told) => told,
    ...more,
    clock,
    ledger,
    places,
    tools: (name) => known.get(name),
  });
  const events = new JobEvents(ledger, { log });
  await runner.start();
  const house: JobHouse = {
    ...{ clock, engine, ledger, runner, events, log, places },
    async submit(tool, more = {}) {
      const view = await runner.submit({ principal: ada, tool, args: {}, project: 'default', ...more });
      return view.jobId;
    },
    async story(id) {
      const seen: TopicEvent[] = [];
      const subscription = events.subscribe(admin, `jobs/${id}`, 0, (event) => {
        seen.push(event);
      });
      await until(() => seen.length >= ledger.read.visible(admin, id, 'jobs/get').lastSeq);
      subscription.close();
      return seen;
    },
  };
  opened.push(house);
  return house;
}

/** States a job went through, from its story. */
export function statesOf(story: readonly TopicEvent[]): string[] {
  return story.flatMap(({ data }) => (data.type === 'state' ? [data.job.status] : []));
}

export function reasonOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value: unknown) => ({ resolved: value }),
    (error: unknown) => error,
  );
}
