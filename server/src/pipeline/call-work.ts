import type { AttemptFacts, Hosted, Route, Work } from '@callsheet/discovery';
import {
  CallError,
  type Json,
  type JsonObject,
  type Principal,
  type ToolContext,
  type TraceContext,
} from '@callsheet/protocol';
import type { Clock } from '../clock.ts';
import { projectOf, traceOf } from '../host/call-meta.ts';
import { contextForCall, type HostParts, type PlainCall } from '../host/context.ts';
import type { Cancellation } from '../session/cancellation.ts';
import type { ToolCall } from './layer.ts';

export type CallHost = HostParts & { readonly clock: Clock };

/** A call in the words of the dispatcher. On its caller's own time: nothing of it survives the connection. */
export class CallWork implements Work {
  readonly tool: string;
  readonly args: JsonObject;
  readonly schemaHash: string;
  readonly route: Route | undefined;
  readonly owner: string;
  readonly timeoutMs: number;
  readonly toolTimeoutMs: number;
  readonly repeatable: boolean;
  readonly job = undefined;
  readonly traceparent: string | undefined;
  readonly interest: Cancellation;
  readonly #host: CallHost;
  readonly #call: ToolCall;
  /** Milliseconds since the epoch. */
  readonly #deadline: number;

  constructor(host: CallHost, call: ToolCall) {
    const { tool, args, meta, principal, cancellation } = call;
    this.tool = tool.name;
    this.args = args;
    this.schemaHash = tool.schemaHash;
    this.route = meta.route;
    this.owner = principal.id;
    this.timeoutMs = timeoutOf(call);
    this.toolTimeoutMs = tool.timeoutMs;
    this.repeatable = tool.idempotent;
    this.traceparent = call.observation?.traceparent ?? meta.traceparent;
    this.interest = cancellation;
    this.#host = host;
    this.#call = call;
    this.#deadline = host.clock.now() + this.timeoutMs;
  }

  host(facts: AttemptFacts): Hosted {
    return contextForCall(this.#host, new CallFacts(this.#call, facts, this.#deadline));
  }

  accept(answer: Json): void {
    this.#call.tool.accept(answer);
  }

  attempted(startedAt: number, endedAt: number): void {
    const { observation } = this.#call;
    if (observation === undefined) return;
    observation.workMs += endedAt - startedAt;
    if (observation.marks === undefined) return;
    observation.marks.sent = startedAt;
    observation.marks.answered = endedAt;
  }

  told(error: unknown): unknown {
    const { tool, requestId } = this.#call;
    return toolFault(tool, error, this.#host, { requestId });
  }
}

/**
 * What is told of a tool that threw something of its own: that it failed, and none of the fault's words, which go to the log.
 * Errors of the table stay what they are.
 */
export function toolFault(
  { name, idempotent }: Pick<ToolCall['tool'], 'name' | 'idempotent'>,
  error: unknown,
  { log }: Pick<HostParts, 'log'>,
  fields: JsonObject,
): CallError {
  if (CallError.is(error) && error.errorName !== 'INTERNAL') return error;
  const cause = CallError.is(error) ? error.cause : error;
  const fault = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause ?? 'it stays with its worker');
  log.error({ ...fields, tool: name, fault }, 'the tool threw');
  return new CallError('TOOL_FAILED', `The tool "${name}" failed`, { retryable: idempotent, cause });
}

/** The caller's patience or the tool's own bound, whichever ends first, in milliseconds. */
export function timeoutOf({ meta, tool }: Pick<ToolCall, 'meta' | 'tool'>): number {
  return Math.min(meta.deadlineMs ?? tool.timeoutMs, tool.timeoutMs);
}

/** One attempt of a call in the words of its host. Computed when asked: most tools ask for little. */
class CallFacts implements PlainCall {
  readonly #call: ToolCall;
  readonly #facts: AttemptFacts;
  readonly deadline: number;

  constructor(call: ToolCall, facts: AttemptFacts, deadline: number) {
    this.#call = call;
    this.#facts = facts;
    this.deadline = deadline;
  }

  get tool(): string {
    return this.#call.tool.name;
  }

  get requestId(): string {
    return this.#call.requestId;
  }

  get principal(): Principal {
    return this.#call.principal;
  }

  get project(): string {
    return projectOf(this.#call);
  }

  get trace(): TraceContext {
    const { traceparent } = this.#facts;
    return traceparent === undefined ? traceOf(this.#call) : { ...traceOf(this.#call), traceparent };
  }

  get dryRun(): boolean {
    return this.#call.meta.dryRun ?? false;
  }

  get signal(): AbortSignal {
    return this.#facts.signal;
  }

  get onProgress(): ToolContext['progress'] | undefined {
    return this.#call.progress;
  }
}
