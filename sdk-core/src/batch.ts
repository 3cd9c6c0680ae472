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
  if (wrong) throw new TypeError(`Cannot run a batch: ${wrong}`);
  const { mode, concurrency = 10, signal } = options;
  const list = [...(items as readonly unknown[] as readonly Item[])];
  const open = new Set<Pick<Call<unknown, unknown>, 'cancel'>>();
  const events: BatchEvent[] = [];
  const readers = new Set<AsyncQueue<BatchEvent>>();
  const results: unknown[] = [];
  let begun = 0;
  let stopped = false;
  let cancel: (reason?: unknown) => void = () => undefined;

  const all = new Promise<unknown[]>((resolve, reject) => {
    const settle = (index: number, result: PromiseSettledResult<unknown>): void => {
      const event = { index, result };
      events.push(event);
      for (const reader of readers) reader.push(event);
      const failed = result.status === 'rejected';
      results[index] = failed || mode === 'continue' ? result : result.value;
      if (!failed || mode === 'continue') return;
      reject(result.reason);
      cancel(result.reason);
    };
    const fail = (index: number, reason: unknown): void => settle(index, { status: 'rejected', reason });
    const begin = (index: number, { tool, args, options }: Item): void => {
      const ended = (settled: () => void): void => {
        open.delete(call);
        settled();
        goOn();
      };
      const call = callTool(tool, args, options);
      open.add(call);
      call.then(
        (value) => ended(() => settle(index, { status: 'fulfilled', value })),
        (reason) => ended(() => fail(index, reason)),
      );
    };
    const goOn = (): void => {
      while (begun < list.length && open.size < concurrency) {
        const index = begun++;
        try {
          begin(index, list[index] as Item);
        } catch (reason) {
          // Arguments or options nothing can be called with: a failure of this item, not of whoever is here just now.
          fail(index, reason);
        }
      }
      if (events.length < list.length) return;
      signal?.removeEventListener('abort', onAbort);
      for (const reader of readers) reader.end();
      resolve(results);
    };
    const onAbort = (): void => cancel(signal?.reason);

    cancel = (reason) => {
      if (stopped) return;
      stopped = true;
      while (begun < list.length) fail(begun, cancelledError(`tool "${list[begun++]?.tool}"`, reason, false));
      for (const call of open) call.cancel(reason);
    };
    signal?.addEventListener('abort', onAbort);
    if (signal?.aborted) onAbort();
    goOn();
  });
  return Object.assign(all as Promise<BatchResults<T, A, M>>, {
    cancel: (reason?: unknown) => cancel(reason),
    [Symbol.asyncIterator]: () => {
      // Who only iterates learns of a failure there, so the promise itself must not count as unhandled.
      all.catch(() => undefined);
      const reader: AsyncQueue<BatchEvent> = new AsyncQueue(list.length, () => readers.delete(reader));
      for (const event of events) reader.push(event);
      if (events.length < list.length) readers.add(reader);
      else reader.end();
      return reader;
    },
  });
}
