import { AsyncQueue } from './async-queue.ts';
import type { Call } from './call.ts';
import type { CallOptions } from './call-options.ts';
import { abortSignal, checkOptions, count, object, objectOf, oneOf, rule, text } from './option-rules.ts';
import { cancelledError } from './pending-call.ts';
import type { AnyTools, In, Out, Prog } from './tool-types.ts';

/** One call of a batch. */
export type BatchItem<T = AnyTools> = {
  [K in keyof T & string]: {
    readonly tool: K;
    readonly args: In<T, K>;
    readonly options?: CallOptions<Prog<T, K>>;
  };
}[keyof T & string];

/** `fail-fast`: the first failure is the batch's, and the rest is cancelled. `continue`: each outcome stands for itself. */
export type BatchMode = 'fail-fast' | 'continue';

export interface BatchOptions<M extends BatchMode = BatchMode> {
  /** `fail-fast` when not said. */
  readonly mode?: M;
  /** Calls under way at once. 10 when not said. */
  readonly concurrency?: number;
  /** Cancels the batch when it aborts. */
  readonly signal?: AbortSignal;
}

type ResultOf<T, I> = I extends { readonly tool: infer K extends keyof T } ? Out<T, K> : unknown;

/** What a batch comes to, item by item: results, or with `continue` outcomes. */
export type BatchResults<T, A, M extends BatchMode> = {
  -readonly [I in keyof A]: M extends 'continue' ? PromiseSettledResult<ResultOf<T, A[I]>> : ResultOf<T, A[I]>;
};

/** How one item ended. */
export interface BatchEvent {
  /** Of the item, from 0. */
  readonly index: number;
  readonly result: PromiseSettledResult<unknown>;
}

/** A batch under way: await it for everything, iterate it for each outcome as it comes, failures and cancelled ones too. */
export interface BatchRun<R> extends Promise<R>, AsyncIterable<BatchEvent> {
  /** Gives up what is under way and starts nothing more. */
  cancel(reason?: unknown): void;
}

/** Calls a tool by name: `client.call`. */
export type CallTool = (
  tool: string,
  args: never,
  options?: CallOptions<never>,
) => PromiseLike<unknown> & Pick<Call<unknown, unknown>, 'cancel'>;

interface Item {
  readonly tool: string;
  readonly args: never;
  readonly options?: CallOptions<never>;
}

const RULES = {
  mode: /* @__PURE__ */ oneOf('fail-fast', 'continue'),
  concurrency: /* @__PURE__ */ count(1),
  signal: abortSignal,
};

const itemRule = /* @__PURE__ */ objectOf<Item>({ tool: text, args: object, options: object });
const itemsRule = /* @__PURE__ */ rule(
  'a list of { tool, args, options }',
  (items) => Array.isArray(items) && items.every((item) => itemRule(item) === undefined),
);

/** Runs many calls, some at a time, begun in order. Throws TypeError for what is no list and for options it does not know. */
export function batch<T, const A extends readonly BatchItem<T>[], M extends BatchMode = 'fail-fast'>(
  callTool: CallTool,
  items: A,
  options: BatchOptions<M> = {},
): BatchRun<BatchResults<T, A, M>> {
  checkOptions<BatchOptions>('run a batch', options, RULES);
  const wrong = itemsRule(items);
  if (wrong !== undefined) throw new TypeError(`Cannot run a batch: ${wrong}`);
  const course = new BatchCourse(callTool, [...(items as readonly unknown[] as readonly Item[])], options);
  return Object.assign(course.all as Promise<BatchResults<T, A, M>>, {
    cancel: (reason?: unknown) => course.cancel(reason),
    [Symbol.asyncIterator]: () => course.read(),
  });
}

/** What became of a batch so far. An object of its own, because a promise shows its methods to everybody. */
class BatchCourse {
  readonly all: Promise<unknown[]>;
  readonly #callTool: CallTool;
  readonly #items: readonly Item[];
  readonly #options: BatchOptions;
  readonly #open = new Set<Pick<Call<unknown, unknown>, 'cancel'>>();
  readonly #events: BatchEvent[] = [];
  readonly #readers = new Set<AsyncQueue<BatchEvent>>();
  readonly #results: unknown[] = [];
  readonly #onAbort = (): void => this.cancel(this.#options.signal?.reason);
  #resolve: (results: unknown[]) => void = () => undefined;
  #reject: (reason: unknown) => void = () => undefined;
  #begun = 0;
  #cancelled = false;

  constructor(callTool: CallTool, items: readonly Item[], options: BatchOptions) {
    this.#callTool = callTool;
    this.#items = items;
    this.#options = options;
    this.all = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    const { signal } = options;
    if (signal?.aborted) this.#onAbort();
    else signal?.addEventListener('abort', this.#onAbort);
    this.#goOn();
  }

  cancel(reason: unknown): void {
    if (this.#cancelled) return;
    this.#cancelled = true;
    for (const { tool } of this.#items.slice(this.#begun)) {
      this.#settle(this.#begun++, { status: 'rejected', reason: cancelledError(`tool "${tool}"`, reason, false) });
    }
    for (const call of this.#open) call.cancel(reason);
  }

  read(): AsyncIterator<BatchEvent, undefined> {
    // Who only iterates learns of a failure there, so the promise itself must not count as unhandled.
    this.all.catch(() => undefined);
    const reader: AsyncQueue<BatchEvent> = new AsyncQueue(this.#items.length, () => this.#readers.delete(reader));
    for (const event of this.#events) reader.push(event);
    if (this.#isDone) reader.end();
    else this.#readers.add(reader);
    return reader;
  }

  get #isDone(): boolean {
    return this.#events.length === this.#items.length;
  }

  /** Begins what there is room for, and sees when nothing is left. */
  #goOn(): void {
    const { concurrency = 10, signal } = this.#options;
    while (this.#begun < this.#items.length && this.#open.size < concurrency) this.#begin(this.#begun++);
    if (!this.#isDone) return;
    this.#resolve(this.#results);
    signal?.removeEventListener('abort', this.#onAbort);
    for (const reader of this.#readers) reader.end();
  }

  #begin(index: number): void {
    const { tool, args, options } = this.#items[index] as Item;
    try {
      const call = this.#callTool(tool, args, options);
      const ended = (result: PromiseSettledResult<unknown>): void => {
        this.#open.delete(call);
        this.#settle(index, result);
        this.#goOn();
      };
      this.#open.add(call);
      call.then(
        (value) => ended({ status: 'fulfilled', value }),
        (reason) => ended({ status: 'rejected', reason }),
      );
    } catch (reason) {
      // Arguments or options nothing can be called with: a failure of this item, not of whoever is here just now.
      this.#settle(index, { status: 'rejected', reason });
    }
  }

  #settle(index: number, result: PromiseSettledResult<unknown>): void {
    const failFast = this.#options.mode !== 'continue';
    const event = { index, result };
    this.#events.push(event);
    for (const reader of this.#readers) reader.push(event);
    this.#results[index] = failFast && result.status === 'fulfilled' ? result.value : result;
    if (!failFast || result.status === 'fulfilled') return;
    this.#reject(result.reason);
    this.cancel(result.reason);
  }
}
