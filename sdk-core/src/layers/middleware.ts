import { isJsonObject, type Json } from '@callsheet/protocol';
import { RpcClientError } from '../errors.ts';
import type { CallLayer, CallSink, Cancel, Invocation, Outcome, Start } from '../invocation.ts';
import { type OptionRule, rule } from '../option-rules.ts';
import { labelOf } from '../pending-call.ts';
import { boundsLayer, cancelled, inFront } from './bounds.ts';
import type { LayerParts } from './layer-parts.ts';

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
 * The caller's signal, bounds and cancel hold whatever it does.
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
  readonly sink: CallSink;
  readonly begun: Cancel[];
  over: boolean;
}

/** Makes one layer of all middleware. Throws TypeError when one of them gives no function. */
export function middlewareLayer(use: readonly Middleware[], parts: LayerParts): CallLayer {
  const bounded = boundsLayer(parts);
  return (next) => {
    const handle = use.reduceRight<Handle>((rest, middleware, index) => {
      const own: unknown = middleware(rest);
      if (typeof own === 'function') return own as Handle;
      throw new TypeError(`Cannot use the middleware at ${index}: it gave no function; write (next) => (call) => …`);
    }, restOfTheWay(next));

    return bounded((call, sink) => {
      const run: Run = { call, sink, begun: [], over: false };
      // Of several outcomes the bounds around this let the first through.
      const settle = (outcome: Outcome): void => {
        run.over = true;
        sink.settle(outcome);
      };
      // Async, so that what is thrown at once is a rejection too.
      const work = async (): Promise<unknown> => handle({ [RUN]: run, ...call });
      work().then(
        (value) => settle({ ok: true, value: value as Json }),
        (error: unknown) => settle({ ok: false, error: failure(call, error) }),
      );
      return (reason) => {
        settle(cancelled(call, reason, call.notes.attempts > 0));
        for (const cancel of run.begun) cancel(reason);
      };
    });
  };
}

/** What the innermost middleware calls `next`. */
function restOfTheWay(next: Start): Handle {
  return (changed) => {
    const answer = new Promise((resolve, reject) => {
      const { [RUN]: run, method, tool, params, options } = changed;
      if (!run) throw new TypeError('Cannot pass on a call made anew; copy it: next({ ...call, … })');
      const { call, sink, begun } = run;
      const settle = (outcome: Outcome): void => (outcome.ok ? resolve(outcome.value) : reject(outcome.error));
      if (run.over) return settle(cancelled(call, 'it is over already', false));
      // The name that is sent decides: a call led to another tool must not be judged by the annotations of the first one.
      const name = tool !== undefined && isJsonObject(params) ? (params.name as string) : tool;
      const passed = { method, tool: name, params, options, notes: call.notes };
      begun.push(next(passed, inFront(sink, settle)));
    });
    // A middleware may leave it alone, e.g. the slower one of two.
    answer.catch(() => undefined);
    return answer;
  };
}

function failure(call: Invocation, error: unknown): RpcClientError {
  if (RpcClientError.is(error)) return error;
  const why = error instanceof Error ? error.message : error;
  const maybeExecuted = call.notes.attempts > 0;
  return new RpcClientError('INTERNAL', `A middleware failed at ${labelOf(call)}: ${why}`, {
    cause: error,
    maybeExecuted,
  });
}
