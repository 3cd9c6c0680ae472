import type { AttemptFacts, EndpointCall, Route, Work } from '@callsheet/discovery';
import { CallError, type Json, type JsonObject, type Tool, type ToolContext } from '@callsheet/protocol';
import type { Clock } from '../../src/clock.ts';
import type { JobTool } from '../../src/jobs/job-tool.ts';
import type { JobPlace, JobPlaces } from '../../src/jobs/places.ts';
import type { ReturnedJob } from '../../src/workers/returning-jobs.ts';

/** A tool as the runner of jobs knows it. */
export function jobTool({ name, timeoutMs, idempotent, slots }: Tool): JobTool {
  return { name, timeoutMs, idempotent, slots, schemaHash: `hash of ${name}`, accept: () => {} };
}

/** One attempt as the dispatcher of calls makes it: it ends at its deadline and when nobody wants the answer any more. */
class Trip implements EndpointCall, AttemptFacts {
  readonly attempt = 1;
  readonly traceparent = undefined;
  readonly #work: Work;
  readonly #controller = new AbortController();
  #hosted: ReturnType<Work['host']> | undefined;
  #listener: (reason: CallError) => void = () => {};
  reason: CallError | undefined;

  constructor(work: Work) {
    this.#work = work;
  }

  get tool(): string {
    return this.#work.tool;
  }

  get args(): JsonObject {
    return this.#work.args;
  }

  get job() {
    return this.#work.job;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get context(): ToolContext {
    this.#hosted ??= this.#work.host(this);
    return this.#hosted.context;
  }

  onAbort(listener: (reason: CallError) => void): void {
    this.#listener = listener;
  }

  interrupted(): void {}

  make(clock: Clock, send: (call: EndpointCall) => Promise<Json>, ended: () => void): Promise<Json> {
    const { interest, timeoutMs, tool } = this.#work;
    return new Promise((resolve, reject) => {
      const giveUp = (reason: CallError): void => {
        cancelTimer();
        reject(reason);
        this.reason = reason;
        this.#listener(reason);
        this.#controller.abort(reason);
      };
      const cancelTimer = clock.after(timeoutMs, () => {
        const reason = new CallError('DEADLINE_EXCEEDED', `Cannot finish "${tool}" within ${timeoutMs} ms`);
        interest.settleWith(undefined);
        interest.cancel(reason);
        giveUp(reason);
      });
      interest.settleWith(giveUp);
      const settle = (deliver: () => void): void => {
        cancelTimer();
        interest.settleWith(undefined);
        void this.#hosted?.settle();
        ended();
        deliver();
      };
      send(this).then(
        (answer) => settle(() => resolve(answer)),
        (error: unknown) => settle(() => reject(error)),
      );
    });
  }
}

/** One attempt a worker has. */
export interface Held {
  readonly job: { readonly id: string; readonly attempt: number };
  readonly args: JsonObject;
  readonly context: ToolContext;
  /** Why it was told to stop. */
  readonly stopped: CallError | undefined;
  readonly answer: (result: Json) => void;
  readonly fail: (error: CallError) => void;
}

/** What a worker has of an attempt, whether or not a gateway listens. */
class Holding implements Held {
  readonly job: Held['job'];
  #call: EndpointCall;
  #deliver: { resolve: (answer: Json) => void; reject: (error: CallError) => void } | undefined;
  #ending: (() => void) | undefined;
  readonly #gone: () => void;

  constructor(call: EndpointCall, gone: () => void) {
    this.job = call.job ?? { id: '', attempt: 0 };
    this.#call = call;
    this.#gone = gone;
  }

  get args(): JsonObject {
    return this.#call.args;
  }

  get context(): ToolContext {
    return this.#call.context;
  }

  get stopped(): CallError | undefined {
    return this.#call.reason;
  }

  get isHeard(): boolean {
    return this.#deliver !== undefined;
  }

  answer(result: Json): void {
    this.#end(() => this.#deliver?.resolve(result));
  }

  fail(error: CallError): void {
    this.#end(() => this.#deliver?.reject(error));
  }

  /** Somebody listens from now on. */
  reach(call: EndpointCall): Promise<Json> {
    this.#call = call;
    return new Promise((resolve, reject) => {
      this.#deliver = { resolve, reject };
      if (this.#ending !== undefined) this.#end(this.#ending);
    });
  }

  /** Nobody listens: the gateway is gone. */
  keep(): void {
    this.#deliver = undefined;
  }

  /** The gateway gives it up, whatever becomes of it. */
  lose(error: CallError): void {
    this.#deliver?.reject(error);
    this.#deliver = undefined;
  }

  #end(ending: () => void): void {
    this.#ending = ending;
    if (this.#deliver === undefined) return;
    ending();
    this.#gone();
  }
}

/** A worker outside: it outlives gateways. */
export class FakeWorker {
  readonly id: string;
  readonly tools: readonly string[];
  readonly slots: number;
  readonly tags: readonly string[];
  /** When it is set, calls are refused with it. */
  refusal: CallError | undefined;
  readonly #held = new Set<Holding>();
  #here = true;

  constructor(id: string, tools: readonly string[], slots = 1, tags: readonly string[] = []) {
    this.id = id;
    this.tools = tools;
    this.slots = slots;
    this.tags = tags;
  }

  /** What it works on, or has an answer of that nobody heard. */
  get held(): readonly Held[] {
    return [...this.#held];
  }

  get here(): boolean {
    return this.#here;
  }

  send(call: EndpointCall): Promise<Json> {
    if (this.refusal !== undefined) return Promise.reject(this.refusal);
    const holding = new Holding(call, () => this.#held.delete(holding));
    this.#held.add(holding);
    return holding.reach(call);
  }

  /** The gateway lost it: what it did is not known. */
  lost(): void {
    this.#here = false;
    const error = new CallError('UPSTREAM_ERROR', 'the worker is lost', { maybeExecuted: true });
    for (const holding of this.#held) holding.lose(error);
  }

  /** It registers, with what nobody listens to. `holds: false`: as another process, that knows of nothing. */
  back({ holds = true } = {}): readonly ReturnedJob[] {
    this.#here = true;
    if (!holds) this.#held.clear();
    const unheard = [...this.#held].filter(({ isHeard }) => !isHeard);
    return unheard.map((holding) => ({ job: holding.job, run: (call) => holding.reach(call) }));
  }

  /** The gateway is gone; the worker goes on. */
  gatewayGone(): void {
    for (const holding of this.#held) holding.keep();
  }

  /** Stops what nobody wants any more. */
  keepOnly(wanted: readonly Held['job'][]): void {
    for (const holding of this.#held) {
      if (!holding.isHeard && !wanted.includes(holding.job)) this.#held.delete(holding);
    }
  }
}

/** Places in this process for its own tools, and at scripted workers. */
export class FakePlaces implements JobPlaces {
  readonly workers: FakeWorker[];
  readonly #clock: Clock;
  readonly #tools: readonly Tool[];
  readonly #listeners = new Set<() => void>();
  readonly #taken = new Map<FakeWorker, number>();
  /** How often somebody asked for a place outside. */
  asked = 0;

  constructor(clock: Clock, tools: readonly Tool[], workers: FakeWorker[] = []) {
    this.#clock = clock;
    this.#tools = tools;
    this.workers = workers;
  }

  elsewhere({ name }: JobTool, { tags = [] }: Route = {}): JobPlace | undefined {
    this.asked += 1;
    const fits = (one: FakeWorker): boolean => one.tools.includes(name) && tags.every((tag) => one.tags.includes(tag));
    const worker = this.workers.find((one) => one.here && fits(one) && this.freeAt(one) > 0);
    return worker && this.#at(worker);
  }

  here({ name }: JobTool, { tags = [] }: Route = {}): JobPlace | undefined {
    const tool = this.#tools.find((one) => one.name === name);
    if (tool === undefined || tags.some((tag) => tag !== 'gateway')) return undefined;
    const send = async ({ args, context }: EndpointCall) => (await tool.run(args, context)) as Json;
    return { workerId: undefined, run: (work) => this.#run(work, send), release: () => {} };
  }

  again(workerId: string): JobPlace | undefined {
    const worker = this.workers.find(({ id }) => id === workerId);
    return worker && this.#at(worker);
  }

  onRoom(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** There may be room again. */
  ring(): void {
    queueMicrotask(() => {
      for (const listener of this.#listeners) listener();
    });
  }

  freeAt(worker: FakeWorker): number {
    return worker.slots - (this.#taken.get(worker) ?? 0);
  }

  #at(worker: FakeWorker): JobPlace {
    this.#taken.set(worker, (this.#taken.get(worker) ?? 0) + 1);
    const free = (): void => {
      this.#taken.set(worker, (this.#taken.get(worker) ?? 0) - 1);
      this.ring();
    };
    return {
      workerId: worker.id,
      run: (work, resumed) => this.#run(work, resumed ?? ((call) => worker.send(call)), free),
      release: free,
    };
  }

  #run(work: Work, send: (call: EndpointCall) => Promise<Json>, ended = (): void => {}): Promise<Json> {
    return new Trip(work).make(this.#clock, send, ended);
  }
}
