import type { Call } from './call.ts';
import type { CallOptions } from './call-options.ts';
import { onAbort } from './on-abort.ts';
import { abortSignal, checkOptions, count, object, objectOf, oneOf, rule, text } from './option-rules.ts';
import { cancelledError } from './pending-call.ts';
import type { Answer, AnyTools, In, Prog } from './tool-types.ts';

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

type ResultOf<T, I> = I extends { readonly tool: infer K extends keyof T; readonly args: infer A }
  ? Answer<T, K, Waits<A>>
  : unknown;

/** What arguments say of `wait_for_completion`. */
type Waits<A> = A extends { readonly wait_for_completion: infer W extends boolean }
  ? W
  : 'wait_for_completion' extends keyof A
    ? boolean
    : false;

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

const item = /* @__PURE__ */ objectOf<Item>({ tool: text, args: object, options: object });

const RULES = {
  items: /* @__PURE__ */ rule(
    'a list of { tool, args, options }',
    (items) => Array.isArray(items) && items.every((member) => item(member) === undefined),
  ),
  options: /* @__PURE__ */ objectOf<BatchOptions>({
    mode: /* @__PURE__ */ oneOf('fail-fast', 'continue'),
    concurrency: /* @__PURE__ */ count(1),
    signal: abortSignal,
  }),
};

/** Runs many calls, some at a time, begun in order. Throws TypeError for what is no list and for options it does not know. */
export function batch<T, const A extends readonly BatchItem<T>[], M extends BatchMode = 'fail-fast'>(
  callTool: CallTool,
  items: A,
  options: BatchOptions<M> = {},
): BatchRun<BatchResults<T, A, M>> {
  checkOptions('run a batch', { items, options }, RULES, 'items');
  const { mode, concurrency = 10, signal } = options;
  const goesOn = mode === 'continue';
  const list = [...(items as readonly unknown[] as readonly Item[])];
  const begun: Pick<Call<unknown, unknown>, 'cancel'>[] = [];
  const tell: ((event: BatchEvent) => void)[] = [];
  // In the order in which they come, whichever item each turns out to be of.
  const events = list.map(() => new Promise<BatchEvent>((resolve) => tell.push(resolve)));
  let next = 0;
  let told = 0;

  const settle = (index: number, result: PromiseSettledResult<unknown>): void => {
    tell[told++]?.({ index, result });
    if (!goesOn && 'reason' in result) cancel(result.reason);
  };
  const fail = (index: number, reason: unknown): void => settle(index, { status: 'rejected', reason });
  const cancel = (reason?: unknown): void => {
    let at = next;
    next = list.length;
    for (const call of begun) call.cancel(reason);
    for (; at < next; at++) fail(at, cancelledError(`tool "${list[at]?.tool}"`, reason, false));
  };
  /** Does one item after the other. */
  const work = async (): Promise<void> => {
    while (next < list.length) {
      const index = next++;
      const { tool, args, options } = list[index] as Item;
      try {
        const call = callTool(tool, args, options);
        begun.push(call);
        settle(index, { status: 'fulfilled', value: await call });
      } catch (reason) {
        fail(index, reason);
      }
    }
  };
  const collect = async (): Promise<unknown> => {
    const results: unknown[] = [];
    for await (const { index, result } of events) {
      if (goesOn) results[index] = result;
      else if ('value' in result) results[index] = result.value;
      else throw result.reason;
    }
    return results;
  };

  const forget = onAbort(signal, () => cancel(signal?.reason));
  for (let free = concurrency; free > 0 && next < list.length; free--) void work();
  const all = collect().finally(forget) as Promise<BatchResults<T, A, M>>;
  return Object.assign(all, {
    cancel,
    async *[Symbol.asyncIterator]() {
      // Who only iterates learns of a failure there, so the promise itself must not count as unhandled.
      all.catch(() => undefined);
      yield* events;
    },
  });
}
