import { isJsonObject, type Json } from '@callsheet/protocol';
import { RpcClientError } from '../errors.ts';
import type { CallLayer, CallSink, Cancel, Invocation, Start } from '../invocation.ts';
import { type OptionRule, rule } from '../option-rules.ts';
import { cancelledError } from '../pending-call.ts';
import type { LayerParts } from './layer-parts.ts';
import { labelOf, settledAsAborted, Waiter } from './waiter.ts';

/** Ties a call to the run it belongs to. It is copied with the call, so a changed call is made as `{ ...call, … }`. */
const RUN = Symbol('run');

/** A call on its way through the middleware. */
export interface MiddlewareCall extends Omit<Invocation, 'notes'> {
  readonly [RUN]: Run;
}

/** Does something with the call, asks `next` for the rest of the way, and gives the result. */
export type Handle = (call: MiddlewareCall) => Promise<unknown>;

/**
 * A layer of one's own around every call; put together once, the first of the list outermost. It may change the call it
 * passes on (`next({ ...call, params })`), answer without `next`, or call it again. What it throws is the call's failure.
 * The caller's signal, bounds and cancel hold whatever it does; the bounds it passes on hold instead of the caller's.
 */
export type Middleware = (next: Handle) => Handle;

/** Of the client's option `use`. */
export const middlewareRule: OptionRule = /* @__PURE__ */ rule(
  'a list of functions',
  (value) => Array.isArray(value) && value.every((member) => typeof member === 'function'),
);

/** One call of the application, and what was begun for it. */
interface Run {
  readonly call: Invocation;
  readonly waiter: Waiter;
  readonly begun: Cancel[];
  readonly wantsProgress: boolean;
}

/** Makes one layer of all middleware. Throws TypeError when one of them gives no function. */
export function middlewareLayer(use: readonly Middleware[], parts: LayerParts): CallLayer {
  return (next) => {
    const handle = use.reduceRight<Handle>((rest, middleware, index) => {
      const own: unknown = middleware(rest);
      if (typeof own === 'function') return own as Handle;
      throw new TypeError(
        `Cannot use the middleware at ${index}: it gave no function; write (next) => (call) => next(call)`,
      );
    }, restOfTheWay(next));

    return (call, sink) => {
      if (settledAsAborted(call, sink)) return () => undefined;
      const { method, tool, params, options, notes } = call;
      const begun: Cancel[] = [];
      const waiter = new Waiter(call, sink, parts, (reason) => {
        for (const cancel of begun) cancel(reason);
        return notes.attempts > 0;
      });
      const run = { call, waiter, begun, wantsProgress: sink.progress !== undefined };
      // Async, so that what is thrown at once is a rejection too.
      const work = async (): Promise<unknown> => handle({ method, tool, params, options, [RUN]: run });
      work().then(
        (value) => waiter.settle({ ok: true, value: value as Json }),
        (error: unknown) => waiter.settle({ ok: false, error: failure(call, error) }),
      );
      return (reason) => waiter.cancel(reason);
    };
  };
}

/** What the innermost middleware calls `next`. */
function restOfTheWay(next: Start): Handle {
  return (given) => {
    const answer = new Promise((resolve, reject) => {
      const { [RUN]: run, method, tool, params, options } = given;
      if (run === undefined)
        throw new TypeError('Cannot pass on a call that is made anew; copy it: next({ ...call, … })');
      const { call, waiter, begun, wantsProgress } = run;
      if (waiter.over) throw cancelledError(labelOf(call), 'it is over already', false);
      waiter.bound(options);
      // The name that is sent decides: a call that is led to another tool must not be judged by the first one's annotations.
      const name = tool !== undefined && isJsonObject(params) ? params.name : undefined;
      const sink: CallSink = {
        settle: (outcome) => (outcome.ok ? resolve(outcome.value) : reject(outcome.error)),
      };
      if (wantsProgress) sink.progress = (report) => waiter.progress(report);
      const passed = { method, tool: typeof name === 'string' ? name : tool, params, options, notes: call.notes };
      begun.push(next(passed, sink));
    });
    // A middleware may leave it alone, e.g. the slower one of two.
    answer.catch(() => undefined);
    return answer;
  };
}

function failure(call: Invocation, error: unknown): RpcClientError {
  if (RpcClientError.is(error)) return error;
  const why = error instanceof Error ? error.message : String(error);
  const maybeExecuted = call.notes.attempts > 0;
  return new RpcClientError('INTERNAL', `A middleware failed at ${labelOf(call)}: ${why}`, {
    cause: error,
    maybeExecuted,
  });
}
