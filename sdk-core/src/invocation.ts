import type { Json, JsonObject, Params } from '@callsheet/protocol';
import type { CallOptions } from './call-options.ts';
import type { RpcClientError } from './errors.ts';

/** How a call ended. Of a tool call, `value` is the tool's own output. */
export type Outcome =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly error: RpcClientError };

/** Who hears of a call. */
export interface CallSink {
  /** Called exactly once; for an answer at once when it arrives, before the message behind it is read. */
  settle(outcome: Outcome): void;
  /** Where it is there, the server is asked to report progress. */
  progress?(params: JsonObject): void;
}

/** What the layers and the wire note down about a call for its report. */
export interface CallNotes {
  /** How often it was sent. */
  attempts: number;
  cache: 'hit' | 'stale' | 'miss' | 'bypass';
  /** The connection it was sent on last. */
  connection: string | undefined;
  /** Its id on the wire when it was sent last. */
  requestId: string | undefined;
  traceparent: string | undefined;
}

export function newNotes(): CallNotes {
  return { attempts: 0, cache: 'bypass', connection: undefined, requestId: undefined, traceparent: undefined };
}

/** One call on its way down to the wire. Layers pass on a copy where they want something else. */
export interface Invocation {
  readonly method: string;
  /** The tool that is asked for, where the method asks for one. */
  readonly tool: string | undefined;
  /** Without `_meta` of the options, which the wire adds. */
  readonly params: Params | undefined;
  readonly options: CallOptions<never>;
  readonly notes: CallNotes;
}

/** Gives a call up: it settles with CANCELLED before this returns; later calls do nothing. */
export type Cancel = (reason: unknown) => void;

/** Begins a call. It may settle before this returns. Never throws. */
export type Start = (call: Invocation, sink: CallSink) => Cancel;

/** One concern around every call: caching, repeating, measuring. Put together once per client. */
export type CallLayer = (next: Start) => Start;
