import type { CallMeta, Json, JsonObject } from '@callsheet/protocol';
import { type CacheMode, type CallCacheOptions, callCacheRule } from './layers/cache-options.ts';
import { type CallRetryOptions, callRetryRule } from './layers/retry-options.ts';
import {
  abortSignal,
  callback,
  checkOptions,
  flag,
  milliseconds,
  object,
  objectOf,
  oneOf,
  text,
  texts,
} from './option-rules.ts';

/** What one call may ask for beyond its arguments. */
export interface CallOptions<P = unknown> {
  /** Gives the call up when it aborts. */
  readonly signal?: AbortSignal;
  /** No answer and no progress for this long: TimeoutError. Milliseconds; the client's `timeouts.idle` when not said. */
  readonly timeoutMs?: number;
  /** Not done in this time whatever its progress says: TimeoutError. Milliseconds; also told to the server. */
  readonly totalMs?: number;
  /** Makes it safe to send the call again: the server runs one key once. */
  readonly idempotencyKey?: string;
  /** Say what would be done; do nothing. */
  readonly dryRun?: boolean;
  /** The project that results and costs belong to. */
  readonly project?: string;
  /** Whose turn it is where calls wait, here and on the server. `normal` when not said. */
  readonly priority?: 'low' | 'normal' | 'high';
  /** W3C trace context. */
  readonly trace?: { readonly traceparent: string; readonly tracestate?: string };
  /**
   * Which of the tool's workers: all `tags` and the npm range `version` must fit; `zone` is preferred, and so is the worker that
   * had other calls of the same `affinity`. A job keeps to it for as long as it waits.
   */
  readonly route?: NonNullable<CallMeta['route']>;
  /** When to try again; false: never. What the client's `retry` says when not said. */
  readonly retry?: CallRetryOptions | false;
  /** Whether an answer that was kept will do. Of `call` only. */
  readonly cache?: CacheMode | CallCacheOptions;
  /** Further members of `_meta`. */
  readonly meta?: JsonObject;
  onProgress?(report: P): void;
}

/** A call's turn where others wait as well: in the client's queue, and on the wire (0 last, 9 first). */
const PRIORITIES = { low: 2, normal: 5, high: 8 };

const DAY_MS = 86_400_000;

const RULES = {
  signal: abortSignal,
  timeoutMs: milliseconds(1),
  totalMs: milliseconds(1, DAY_MS),
  idempotencyKey: text,
  dryRun: flag,
  project: text,
  priority: /* @__PURE__ */ oneOf(...Object.keys(PRIORITIES)),
  trace: objectOf<{ traceparent: string; tracestate?: string }>({ traceparent: text, tracestate: text }),
  route: objectOf<NonNullable<CallMeta['route']>>({ affinity: text, zone: text, tags: texts(16), version: text }),
  retry: callRetryRule,
  cache: callCacheRule,
  meta: object,
  onProgress: callback,
};

/** Throws TypeError that names the option. */
export function checkCallOptions(label: string, options: CallOptions<never>): void {
  checkOptions(`call "${label}"`, options, RULES);
}

const COPIED = ['idempotencyKey', 'dryRun', 'project', 'route'] as const;

/** `_meta` of the request, where there is anything to say. `progressToken` asks the server to report under this number. */
export function metaOf(
  options: CallOptions<never>,
  totalMs: number | undefined,
  progressToken?: number,
): JsonObject | undefined {
  const { priority, trace, meta } = options;
  const own: JsonObject = { ...meta, ...(trace as JsonObject | undefined) };
  for (const name of COPIED) if (options[name] !== undefined) own[name] = options[name] as Json;
  if (priority !== undefined) own.priority = PRIORITIES[priority];
  if (totalMs !== undefined) own.deadlineMs = Math.ceil(totalMs);
  if (progressToken !== undefined) own.progressToken = progressToken;
  for (const _ in own) return own;
  return undefined;
}
