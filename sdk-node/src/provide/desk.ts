import { CallError, failureText, type HeldWork, type RequestMessage, type ToolLog } from '@callsheet/protocol';
import type { Clock, Timer } from '@callsheet/sdk-core/platform';
import { answerText } from './answer.ts';
import { AnswerShelf } from './answer-shelf.ts';
import type { Carrier } from './carrier.ts';
import type { Hosting } from './context.ts';
import type { ExchangeWatch } from './exchange-watch.ts';
import { readOrder, type WorkOrder } from './order.ts';
import type { Slots } from './slots.ts';
import type { ServedTool } from './tool-definition.ts';
import { Work } from './work.ts';

/** What every desk of a worker shares. */
export interface DeskParts {
  readonly tools: ReadonlyMap<string, ServedTool>;
  readonly slots: Slots;
  readonly clock: Clock;
  readonly log: ToolLog;
  readonly watch: ExchangeWatch;
  /** Makes what a tool may touch of the world outside. */
  readonly host: (work: Work) => Hosting;
  /** A call ended, or an answer left. */
  readonly progressed: () => void;
}

/** How long calls of a lost connection wait for the next one. */
export interface LossTerms {
  readonly graceMs: number;
  readonly keepJobsMs: number;
}

/** `holds` may name no more. */
const MOST_HELD = 10_000;
const OVERLOADED_RETRY_MS = 250;
const UNSENT = { most: 1_000, mostBytes: 32 * 1024 * 1024 };
const UNCONFIRMED = { most: 1_000, mostBytes: 8 * 1024 * 1024 };

/**
 * The calls of one house of gateways: takes them, runs them, and sees to it that each is answered once on a connection that
 * lives. An answer is kept until the gateway answered something that was asked later: until then it may be lost on its way.
 */
export class Desk {
  readonly #parts: DeskParts;
  readonly #works = new Map<string, Work>();
  readonly #unsent = new AnswerShelf(UNSENT);
  readonly #unconfirmed = new AnswerShelf(UNCONFIRMED);
  readonly #patience = new Map<Carrier, Set<Timer>>();

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  /** True when nothing runs that is wanted, and no answer waits for a connection. */
  get idle(): boolean {
    return this.#works.size + this.#unsent.size === 0;
  }

  /** True while a call with this id runs. */
  has(id: string): boolean {
    return this.#works.has(id);
  }

  /** Takes a `tools/call`. `closed` says why nothing is taken any more. */
  take(request: RequestMessage, carrier: Carrier, closed?: CallError): void {
    const { id } = request;
    // Answering it would answer the call that has this id.
    if (typeof id === 'string' && this.has(id)) {
      this.#parts.log.warn({ call: id }, 'a gateway sent the same call twice; the second is not run');
      return;
    }
    try {
      const [work, tool] = this.#accept(request, carrier, closed);
      void this.#run(work, tool, carrier);
    } catch (error) {
      carrier.send(failureText(id, CallError.from(error).toWire()));
    }
  }

  /** Nobody wants the answer any more; it is told when the tool has really ended. */
  cancel(id: string, reason: string | undefined): void {
    this.#works.get(id)?.abort(new CallError('CANCELLED', reason || 'The call was cancelled'));
  }

  /** What is worked on, and what may not have arrived. */
  holds(): HeldWork[] {
    const held = [...this.#unsent.held(), ...this.#unconfirmed.held()];
    for (const [id, { order }] of this.#works) {
      const { job } = order.meta;
      held.push(job === undefined ? { id } : { id, job });
    }
    return held.slice(-MOST_HELD);
  }

  /** A connection is lost. Its calls go on for a while: another one may come. */
  lost(carrier: Carrier, { graceMs, keepJobsMs }: LossTerms): void {
    const works = [...this.#works.values()].filter((work) => work.carrier === carrier);
    for (const work of works) work.detach();
    const answers = this.#unconfirmed.takeAll((kept) => kept.carrier === carrier);
    for (const answer of answers) this.#unsent.put(answer);
    const jobs = [...works.map(({ order }) => order.meta.job), ...answers.map(({ job }) => job)];
    if (jobs.includes(undefined)) this.#wait(graceMs, carrier, false);
    if (jobs.some((job) => job !== undefined)) this.#wait(keepJobsMs, carrier, true);
  }

  /** A connection is registered: what is wanted goes on there; what it had before and is not, is given up. */
  welcome(carrier: Carrier, before: Carrier | undefined, wanted: ReadonlySet<string>): void {
    if (before !== undefined) this.#forgetPatience(before);
    for (const [id, work] of this.#works) {
      if (wanted.has(id)) work.attach(carrier);
      else if (before !== undefined && work.lostBy === before) this.#abandon(work, 'the gateway gave it to another');
    }
    const sent = this.#unconfirmed.takeAll(({ id }) => wanted.has(id));
    for (const answer of [...sent, ...this.#unsent.takeAll(({ id }) => wanted.has(id))]) {
      carrier.send(answer.text);
      this.#unconfirmed.put({ ...answer, carrier });
    }
    if (before !== undefined) this.#unsent.takeAll((answer) => answer.carrier === before);
    this.#parts.progressed();
  }

  /** Answers sent on this connection until now; call the answer when something asked after it was answered. */
  mark(carrier: Carrier): () => void {
    const sent = new Set([...this.#unconfirmed.held()].map(({ id }) => id));
    return () => {
      this.#unconfirmed.takeAll((answer) => answer.carrier === carrier && sent.has(answer.id));
    };
  }

  /** Tells everything that runs to stop; the answers still go out. */
  abort(reason: CallError): void {
    for (const work of this.#works.values()) work.abort(reason);
  }

  /** Tells everything that runs to stop, and nobody how it ended. */
  close(reason: string): void {
    for (const carrier of [...this.#patience.keys()]) this.#forgetPatience(carrier);
    for (const work of [...this.#works.values()]) this.#abandon(work, reason);
    this.#unsent.takeAll(() => true);
    this.#unconfirmed.takeAll(() => true);
  }

  #accept({ id, params }: RequestMessage, carrier: Carrier, closed: CallError | undefined): [Work, ServedTool] {
    const { tools, slots, clock, watch } = this.#parts;
    if (closed !== undefined) throw closed;
    if (typeof id !== 'string' || id === '') {
      throw new CallError('INVALID_REQUEST', 'Cannot take a call whose id is not a text');
    }
    const order = readOrder(id, params);
    const tool = tools.get(order.tool);
    if (tool === undefined) throw new CallError('TOOL_NOT_FOUND', `This worker has no tool "${order.tool}"`);
    if (!slots.take()) {
      throw new CallError('OVERLOADED', 'All slots of this worker are taken', { retryAfterMs: OVERLOADED_RETRY_MS });
    }
    const work = new Work(order, carrier, clock, watch.open(order.meta));
    this.#works.set(id, work);
    return [work, tool];
  }

  async #run(work: Work, tool: ServedTool, { limits }: Carrier): Promise<void> {
    const { slots, host, progressed, watch } = this.#parts;
    const { order, span } = work;
    const hosting = host(work);
    const failed = (error: unknown): void => this.#logFault(order, error);
    const outcome = await work.run(() => tool.run(order.args, hosting.context), failed);
    const observed = span.observed();
    watch.close(span);
    await hosting.settle();
    // Before the answer: the gateway may send the next call as soon as it has this one.
    slots.free();
    if (this.#works.get(order.id) === work) {
      this.#works.delete(order.id);
      const answer = { id: order.id, tool: order.tool, outcome, observed };
      this.#deliver(work, answerText(answer, work.carrier?.limits ?? limits, failed));
    }
    progressed();
  }

  #deliver({ order, carrier, lostBy }: Work, text: string): void {
    const { id, meta } = order;
    if (carrier === undefined) {
      this.#unsent.put({ id, job: meta.job, text, carrier: lostBy });
      return;
    }
    carrier.send(text);
    this.#unconfirmed.put({ id, job: meta.job, text, carrier });
  }

  #wait(ms: number, carrier: Carrier, jobs: boolean): void {
    const timers = this.#patience.get(carrier) ?? new Set();
    const timer = this.#parts.clock.after(ms, () => {
      timers.delete(timer);
      if (timers.size === 0) this.#patience.delete(carrier);
      this.#giveUp(carrier, jobs);
    });
    this.#patience.set(carrier, timers.add(timer));
  }

  #giveUp(carrier: Carrier, jobs: boolean): void {
    for (const work of [...this.#works.values()]) {
      if (work.lostBy !== carrier || (work.order.meta.job !== undefined) !== jobs) continue;
      this.#abandon(work, 'the connection to its gateway was lost');
    }
    this.#unsent.takeAll((answer) => answer.carrier === carrier && (answer.job !== undefined) === jobs);
    this.#parts.progressed();
  }

  /** Its slot is free when its tool has ended; nobody is told how. */
  #abandon(work: Work, why: string): void {
    this.#works.delete(work.order.id);
    work.abort(new CallError('CANCELLED', `The call was given up: ${why}`));
  }

  #forgetPatience(carrier: Carrier): void {
    for (const timer of this.#patience.get(carrier) ?? []) timer.cancel();
    this.#patience.delete(carrier);
  }

  #logFault({ id, tool, meta }: WorkOrder, error: unknown): void {
    const fault = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const { job } = meta;
    this.#parts.log.error({ call: id, tool, ...(job && { jobId: job.id }), fault }, 'the tool failed unexpectedly');
  }
}
