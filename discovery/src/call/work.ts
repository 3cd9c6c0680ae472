import type { CallError, Json, JsonObject, ToolContext } from '@callsheet/protocol';
import type { JobTicket } from '../worker.ts';

/** Which of a tool's workers a caller wants; everything said must hold, except for what is only preferred. */
export interface Route {
  /** Calls with the same key prefer the same worker: what it has loaded or remembers is there. */
  readonly affinity?: string | undefined;
  /** Workers that stand here are preferred. */
  readonly zone?: string | undefined;
  /** All of them, e.g. `gpu`. */
  readonly tags?: readonly string[] | undefined;
  /** Of the tool, as npm writes ranges. */
  readonly version?: string | undefined;
}

/** Somebody's interest in an answer, and how it ends. */
export interface Interest {
  /** Why the answer is not wanted any more; undefined while it is. */
  readonly reason: CallError | undefined;
  /** The same for code that knows AbortSignal; made at the first question. */
  readonly signal: AbortSignal;
  /** Ends it. The first reason stands. */
  cancel(reason: CallError): void;
  /** Calls back once when it ends. There is one such listener; another replaces it. */
  settleWith(listener: ((reason: CallError) => void) | undefined): void;
}

/** What one attempt works with, and what frees it. */
export interface Hosted {
  readonly context: ToolContext;
  /** Called once, when the worker has really ended. Undefined when there was nothing to free; never rejects. */
  settle(): Promise<void> | undefined;
}

/** What the host of an attempt is told about it. */
export interface AttemptFacts {
  /** 1 for the first. */
  readonly attempt: number;
  /** Aborted when the answer is not wanted any more; made at the first question. */
  readonly signal: AbortSignal;
  /** W3C traceparent of the attempt, where somebody made a span of it. */
  readonly traceparent: string | undefined;
}

/** One call, as the dispatcher needs to know it. Implement it as a class: its members are read more often than written. */
export interface Work {
  readonly tool: string;
  readonly args: JsonObject;
  /** Of the tool its arguments were checked against: only workers that mean the same by it are asked. */
  readonly schemaHash: string;
  readonly route: Route | undefined;
  /** Who asks: in a line those who ask much take turns with those who ask little. */
  readonly owner?: string | undefined;
  /** How long it may take from now, in milliseconds. */
  readonly timeoutMs: number;
  /** How long the tool itself says it may take: a worker is not to blame for a caller's smaller patience. */
  readonly toolTimeoutMs: number;
  /** Whether running it twice does no harm: the tool is idempotent. */
  readonly repeatable: boolean;
  readonly job: JobTicket | undefined;
  /** W3C traceparent of what asks for it. */
  readonly traceparent?: string | undefined;
  readonly interest: Interest;
  /** Makes what one attempt may touch of the world outside. Cheap: what costs is made at the first question. */
  host(facts: AttemptFacts): Hosted;
  /** Refuses an answer the tool did not promise: that is the worker's fault. @throws CallError */
  accept(answer: Json): void;
  /** Told how long an attempt had it, in milliseconds of the dispatcher's clock. Must not throw. */
  attempted?(startedAt: number, endedAt: number): void;
  /** What the caller is told instead of an error: of a tool's fault, none of its words. Asked only when a call fails. */
  told?(error: unknown): unknown;
}
