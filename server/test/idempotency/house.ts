import { CallError, type Json, type JsonObject, type Principal, type Tool } from '@callsheet/protocol';
import type { EmbeddedEngine } from '../../src/engine/embedded/engine.ts';
import { openEmbeddedEngine } from '../../src/engine/embedded/open.ts';
import { type KeepingLimits, KeptCalls, type Outcome } from '../../src/idempotency/kept-calls.ts';
import { KeyedCalls } from '../../src/idempotency/keyed-calls.ts';
import { StoredCalls } from '../../src/idempotency/stored-calls.ts';
import { idempotency } from '../../src/pipeline/idempotency.ts';
import type { Handler, ToolCall } from '../../src/pipeline/layer.ts';
import { Cancellation } from '../../src/session/cancellation.ts';
import { FakeClock } from '../fake-clock.ts';
import { keptLog } from '../kept-log.ts';
import { served, toolCall } from '../pipeline/tool-call.ts';

export const KEEP_MS = 600_000;
const LIMITS: KeepingLimits = {
  keepMs: KEEP_MS,
  maxKeys: 100,
  maxKeysPerPrincipal: 50,
  maxBytes: 100_000,
  maxBytesPerPrincipal: 50_000,
  maxResultBytes: 1_000,
};

/** One run of a tool that the test ends as it likes. */
export interface Run {
  readonly call: ToolCall;
  readonly answer: (result: Json) => void;
  readonly fail: (error: unknown) => void;
}

/** One request, and how it was answered. */
export interface Request {
  readonly call: ToolCall;
  readonly cancellation: Cancellation;
  /** Undefined while it waits. */
  readonly told: () => { readonly result?: unknown; readonly error?: CallError } | undefined;
}

export interface Asked {
  readonly key?: string;
  readonly args?: JsonObject;
  readonly principal?: Principal;
  readonly deadlineMs?: number;
  readonly tool?: Partial<Tool>;
  readonly changes?: Partial<ToolCall>;
}

/** The layer with everything behind it, on a disk in memory; what runs is ended by the test. */
export class KeyHouse {
  readonly clock = new FakeClock();
  readonly log = keptLog();
  readonly runs: Run[] = [];
  readonly unheard: Outcome[] = [];
  calls: KeyedCalls;
  diskIsFull = false;
  /** Of the process that lives. */
  #process = 0;
  readonly #engine: EmbeddedEngine;
  #limits: KeepingLimits;
  readonly #most: number;
  handle: Handler;

  constructor(engine: EmbeddedEngine, { most = 100, ...limits }: Partial<KeepingLimits> & { most?: number } = {}) {
    this.#engine = engine;
    this.#limits = { ...LIMITS, ...limits };
    this.#most = most;
    this.calls = this.#open();
    this.handle = this.#layer();
  }

  static async open(limits?: Partial<KeepingLimits> & { most?: number }): Promise<KeyHouse> {
    return new KeyHouse(await openEmbeddedEngine({ dataDir: ':memory:', log: keptLog() }), limits);
  }

  /** The process dies, and another one begins where the disk is. */
  restart(limits: Partial<KeepingLimits> = {}): void {
    this.#limits = { ...this.#limits, ...limits };
    this.#process += 1;
    this.runs.length = 0;
    this.calls = this.#open();
    this.handle = this.#layer();
  }

  ask({ key = 'k', args = {}, principal, deadlineMs, tool, changes }: Asked = {}): Request {
    const cancellation = new Cancellation();
    const meta = { idempotencyKey: key, ...(deadlineMs !== undefined && { deadlineMs }) };
    const own = { tool: served(tool), args, meta, cancellation, receipt: {}, ...(principal && { principal }) };
    const call = toolCall({ ...own, ...changes });
    let told: ReturnType<Request['told']>;
    this.handle(call).then(
      (result) => {
        told = { result };
      },
      (error: CallError) => {
        told = { error };
      },
    );
    return { call, cancellation, told: () => told };
  }

  /** Why those are answered whose connection is lost. */
  gone(): CallError {
    return new CallError('CANCELLED', 'the connection closed');
  }

  /** Removes everything. */
  async clear(): Promise<void> {
    await this.#engine.write(() => this.#engine.prepare('DELETE FROM keyed_calls').run());
  }

  /** How many rows there are on disk. */
  get stored(): number {
    return Number(this.#engine.prepare('SELECT count(*) AS n FROM keyed_calls').get()?.n);
  }

  #layer(): Handler {
    return idempotency(this.calls)(
      (call) =>
        new Promise((answer, fail) => {
          // What the dispatcher does: a call that is cancelled is answered at once, and may have run when it was sent.
          call.cancellation.settleWith(({ errorName, message, facts, retryable }) =>
            fail(new CallError(errorName, message, { ...facts, retryable, maybeExecuted: true })),
          );
          this.runs.push({ call, answer, fail });
        }),
    );
  }

  #open(): KeyedCalls {
    const { log } = this;
    const own = this.#process;
    const clock = {
      now: () => this.clock.now(),
      after: (ms: number, callback: () => void) => this.clock.after(ms, () => own === this.#process && callback()),
    };
    const engine = this.#engine;
    const stored = new StoredCalls(
      {
        migrate: (component, steps) => engine.migrate(component, steps),
        prepare: (sql) => engine.prepare(sql),
        write: (work, committed) =>
          this.diskIsFull ? Promise.reject(new CallError('STORAGE_FULL')) : engine.write(work, committed),
      },
      log,
    );
    return new KeyedCalls({
      clock,
      kept: new KeptCalls({ stored, clock, log, limits: this.#limits, clean: (told) => told }),
      mostRunning: () => this.#most,
      unheard: (_call, outcome) => this.unheard.push(outcome),
    });
  }
}
