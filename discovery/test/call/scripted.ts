import type { CallError, Json, JsonObject, ToolContext } from '@callsheet/protocol';
import { FakeClock } from '../../../server/test/fake-clock.ts';
import type { AttemptFacts, Hosted, Interest, Route, Work } from '../../src/call/work.ts';
import { Cluster } from '../../src/cluster.ts';
import type { ClusterOptions } from '../../src/cluster-options.ts';
import type { Lease } from '../../src/registry/lease.ts';
import type { EndpointCall, JobTicket, WorkerLink } from '../../src/worker.ts';
import { seeded } from '../balance/fleet.ts';
import { member, tool } from '../registry/introductions.ts';

/** Interest in an answer, as the server would have it. */
export class Wanted implements Interest {
  reason: CallError | undefined;
  readonly controller = new AbortController();
  #listener: ((reason: CallError) => void) | undefined;

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Whether somebody is to hear how it ends. */
  get isWatched(): boolean {
    return this.#listener !== undefined;
  }

  cancel(reason: CallError): void {
    if (this.reason !== undefined) return;
    this.reason = reason;
    this.#listener?.(reason);
    this.controller.abort(reason);
  }

  settleWith(listener: ((reason: CallError) => void) | undefined): void {
    this.#listener = listener;
  }
}

/** A call with whatever the test is about. */
export class PlainWork implements Work {
  tool = 'draw';
  /** An object of its own: attempts of the same call are known by it. */
  args: JsonObject = {};
  schemaHash = '';
  route: Route | undefined = undefined;
  timeoutMs = 10_000;
  toolTimeoutMs = 10_000;
  repeatable = true;
  job: JobTicket | undefined = undefined;
  traceparent: string | undefined = undefined;
  attempted?: (startedAt: number, endedAt: number) => void;
  readonly interest = new Wanted();
  /** Attempts that asked for their context. */
  readonly hosted: AttemptFacts[] = [];
  settled = 0;
  settling: Promise<void> | undefined;
  accepts: (answer: Json) => void = () => undefined;

  constructor(over: Partial<PlainWork> = {}) {
    Object.assign(this, over);
  }

  host(facts: AttemptFacts): Hosted {
    this.hosted.push(facts);
    return {
      context: { signal: facts.signal } as unknown as ToolContext,
      settle: () => {
        this.settled++;
        return this.settling;
      },
    };
  }

  accept(answer: Json): void {
    this.accepts(answer);
  }
}

/** One call that arrived at a worker, and its end in the test's hands. */
export interface Arrived {
  readonly call: EndpointCall;
  readonly aborted: CallError[];
  answer(value?: Json): void;
  fail(error: unknown): void;
}

/** A worker's link that does what the test says; by default it keeps every call. */
export class ScriptedLink implements WorkerLink {
  readonly arrived: Arrived[] = [];
  /** Answers at once when it is there. */
  script: ((call: EndpointCall) => Promise<Json>) | undefined;

  call(call: EndpointCall): Promise<Json> {
    let arrived: Arrived | undefined;
    const kept = new Promise<Json>((resolve, reject) => {
      arrived = { call, aborted: [], answer: (value = 'done') => resolve(value), fail: reject };
    });
    if (arrived !== undefined) {
      const { aborted } = arrived;
      call.onAbort((reason) => aborted.push(reason));
      this.arrived.push(arrived);
    }
    return this.script === undefined ? kept : this.script(call);
  }

  /** The nth call that came. */
  nth(n: number): Arrived {
    const arrived = this.arrived[n];
    if (arrived === undefined) throw new Error(`Only ${this.arrived.length} calls arrived here`);
    return arrived;
  }
}

export interface Staffed {
  readonly id: string;
  readonly link: ScriptedLink;
  readonly lease: Lease;
}

export interface House {
  readonly cluster: Cluster;
  readonly clock: FakeClock;
  readonly faults: unknown[];
  readonly workers: readonly Staffed[];
  /** Registers one more; `ready` unless told otherwise. */
  hire(n: number, over?: Readonly<Record<string, unknown>>, tools?: readonly unknown[], ready?: boolean): Staffed;
  /** Calls the tool `draw` with its usual schemas. */
  call(over?: Partial<PlainWork>): Promised;
  work(over?: Partial<PlainWork>): PlainWork;
}

/** A call that was made, and what has become of it. */
export interface Promised {
  readonly work: PlainWork;
  readonly promise: Promise<Json>;
  readonly outcome: { value?: Json; error?: CallError };
}

/** A cluster of `count` workers with one tool, on a clock the test turns. No ramp, no dice that matter. */
export function house(count: number, options: ClusterOptions = {}, random = seeded(1)): House {
  const clock = new FakeClock();
  const faults: unknown[] = [];
  const cluster = new Cluster({
    clock,
    random,
    log: { warn: ({ fault }) => faults.push(fault) },
    options: { slowStartMs: 0, ...options },
  });
  const hire: House['hire'] = (n, over = {}, tools = [tool('draw')], ready = true) => {
    const link = new ScriptedLink();
    const lease = cluster.registry.register(member(n, over), tools, link, { heartbeats: false });
    if (ready) lease.renew();
    return { id: lease.workerId, link, lease };
  };
  const workers = Array.from({ length: count }, (_, n) => hire(n));
  const work = (over: Partial<PlainWork> = {}): PlainWork =>
    new PlainWork({ schemaHash: cluster.registry.catalogue.find(over.tool ?? 'draw')?.tool.schemaHash ?? '', ...over });
  const call: House['call'] = (over) => {
    const made = work(over);
    return promised(made, cluster.call(made));
  };
  return { cluster, clock, faults, workers, hire, call, work };
}

/** Keeps what becomes of a call, so that a test can look at any time. */
export function promised(work: PlainWork, promise: Promise<Json>): Promised {
  const outcome: Promised['outcome'] = {};
  promise.then(
    (value) => {
      outcome.value = value;
    },
    (error: CallError) => {
      outcome.error = error;
    },
  );
  return { work, promise, outcome };
}

/** Lets everything happen that waits for nothing but its turn. */
export async function flush(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

/** Where the only call is that arrived and has not been looked at yet. */
export function arrivals(workers: readonly Staffed[]): number[] {
  return workers.map(({ link }) => link.arrived.length);
}
