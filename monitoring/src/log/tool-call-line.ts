import { type JobObservation, parseTraceparent, type RequestObservation, type SpanIdentity } from '@callsheet/protocol';
import { type CallStatus, statusOf } from '../observe/tool-cells.ts';
import type { Redactor } from '../redaction/redactor.ts';
import { incomingTrace } from '../trace/context.ts';
import type { CallGroup } from './call-crowd.ts';
import { LineTime, millisecondsText } from './line-time.ts';

/** What needs no escape in JSON; every id of ours is such a text. */
const PLAIN = /^[\w.:-]*$/;
const LONGEST_NAME = 128;
/** Names of tools whose JSON is remembered: more than there are tools. Whoever asks for others asks for what is not there. */
const MOST_NAMES = 1_000;

const OUTCOMES: Readonly<Record<'completed' | 'failed' | 'canceled', CallStatus>> = {
  completed: 'success',
  failed: 'error',
  canceled: 'cancelled',
};

/**
 * Writes the line of one call of a tool. `metric` is the requirements' `tool_calls_total`, of which each line counts one, with
 * the statuses of `mcp_tools_calls_total`; `tool_duration_ms` is how long the gateway had it. Put together by hand, because
 * it is written for every call:
 *
 *     {"ts":"…","metric":"tool_calls_total","tool":"echo","status":"success","tool_duration_ms":1.204,"requestId":"…","traceId":"…"}
 */
export class ToolCallLine {
  readonly #redactor: Redactor;
  readonly #time = new LineTime();
  readonly #names = new Map<string, string>();

  constructor(redactor: Redactor) {
    this.#redactor = redactor;
  }

  /** Of a request that is answered, with its line feed; `at` is milliseconds since the epoch. */
  ofRequest({ params, error, startedAt, endedAt, requestId, traceparent }: RequestObservation, at: number): string {
    const tool = params !== undefined && !Array.isArray(params) ? params.name : undefined;
    const status = error === undefined ? 'success' : `${statusOf(error.errorName)}","cause":"${error.errorName}`;
    const id = PLAIN.test(requestId) ? `"${requestId}"` : JSON.stringify(requestId);
    // A trace that nobody follows here may be followed where the call comes from.
    const trace = traceparent === undefined ? incomingTrace(params) : parseTraceparent(traceparent);
    return `${this.#head(tool, status, endedAt - startedAt, at)},"requestId":${id}${traceMember(trace)}}\n`;
  }

  /** Of calls that are told together, with its line feed: `calls` says how many, the duration is their mean. */
  ofGroup({ tool, status, calls, ms, maxMs }: CallGroup, at: number): string {
    const head = this.#head(tool, status, ms / calls, at);
    return `${head},"tool_duration_max_ms":${millisecondsText(maxMs)},"calls":${calls}}\n`;
  }

  /** Of a job that came to its end, with its line feed. */
  ofJob({ tool, outcome, durationMs, jobId, error, parent }: EndedJob, at: number): string {
    const cause = error === undefined ? '' : `,"cause":${JSON.stringify(this.#redactor.text(error))}`;
    const head = this.#head(tool, OUTCOMES[outcome], durationMs, at);
    const trace = parent === undefined ? undefined : parseTraceparent(parent);
    return `${head}${cause},"jobId":${JSON.stringify(jobId)}${traceMember(trace)}}\n`;
  }

  #head(tool: unknown, status: string, ms: number, at: number): string {
    const name = typeof tool === 'string' ? this.#name(tool) : 'null';
    return `{"ts":"${this.#time.text(at)}","metric":"tool_calls_total","tool":${name},"status":"${status}","tool_duration_ms":${millisecondsText(ms)}`;
  }

  /** As JSON. What a caller sent as a name may be anything, a secret as well. */
  #name(name: string): string {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    const json = JSON.stringify(this.#redactor.text(name.slice(0, LONGEST_NAME)));
    if (name.length > LONGEST_NAME) return json;
    if (this.#names.size >= MOST_NAMES) this.#names.clear();
    this.#names.set(name, json);
    return json;
  }
}

export type EndedJob = Extract<JobObservation, { readonly type: 'ended' }>;

function traceMember(trace: SpanIdentity | undefined): string {
  return trace === undefined ? '' : `,"traceId":"${trace.traceId}"`;
}
