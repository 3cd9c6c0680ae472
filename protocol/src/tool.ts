import type { Asset, AssetFacts } from './asset.ts';
import type { Json, JsonObject, JsonSchema } from './json.ts';

/** Who is calling. */
export interface Principal {
  readonly id: string;
  readonly role: string;
  readonly scopes: readonly string[];
}

/** W3C trace context of the call. */
export interface TraceContext {
  readonly traceparent?: string;
  readonly tracestate?: string;
}

/** What a tool says while it works. */
export interface ProgressReport {
  /** Machine name of the stage, e.g. `render`. */
  readonly stage: string;
  /** How far the whole call is, 0 to 1, never falling. */
  readonly fraction: number;
  /** How far the stage itself is, 0 to 1. */
  readonly stageFraction?: number;
  /** One short line for a person. */
  readonly message?: string;
}

/** A log line: fields first, then the sentence. */
export interface ToolLog {
  debug(fields: JsonObject, message: string): void;
  info(fields: JsonObject, message: string): void;
  warn(fields: JsonObject, message: string): void;
  error(fields: JsonObject, message: string): void;
}

/** A stored file opened for reading. */
export interface OpenAsset {
  readonly asset: Asset;
  readonly stream: AsyncIterable<Uint8Array>;
}

/** The tool's way to stored files: local in the embedded host, HTTP to the gateway from a remote worker. */
export interface AssetPort {
  /** Stores bytes durably and answers the finished record. Rejects with STORAGE_FULL when the disk is. */
  put(source: Uint8Array | AsyncIterable<Uint8Array>, facts: AssetFacts): Promise<Asset>;
  /** Opens by asset id or by `asset:<id>`. Rejects with NOT_FOUND, also for files of another principal. */
  open(ref: string): Promise<OpenAsset>;
  /** A URL that anyone may fetch until it expires. */
  url(ref: string): Promise<string>;
}

/** Everything a running tool may touch of the world outside. Built by the host, never by the tool. */
export interface ToolContext {
  /** Aborted by cancellation, by the deadline and by a drain that cannot wait. */
  readonly signal: AbortSignal;
  /** When the call must be done, in milliseconds since the epoch. */
  readonly deadline: number;
  readonly principal: Principal;
  readonly project: string;
  readonly trace: TraceContext;
  readonly log: ToolLog;
  /** True: say what would be done, spend nothing, store nothing. */
  readonly dryRun: boolean;
  /** Reports progress. Cheap; the host thins it out before it travels. */
  progress(report: ProgressReport): void;
  /**
   * Runs `produce` once per job and key, and remembers its JSON answer durably: after a crash, a retry or a remix the
   * remembered answer is returned instead. Outside a job it simply runs `produce`.
   */
  memo<T extends Json>(key: string, produce: () => Promise<T>): Promise<T>;
  readonly assets: AssetPort;
  /** A private directory for temporary files, removed when the call settles. Made at the first request. */
  scratch(): Promise<string>;
  /** Calls another tool through the same road, as the same principal. */
  call(tool: string, args: JsonObject): Promise<Json>;
}

/** `call` answers on the socket that asked; `job` is durable and outlives it. */
export type Execution = 'call' | 'job';

/** A named function with schemas, wherever it runs. */
export interface Tool<In = JsonObject, Out = unknown> {
  /** `^[a-z][a-z0-9_]{0,63}$`. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly category: string;
  /** Arguments, always an object with `additionalProperties: false`. */
  readonly input: JsonSchema;
  /** The result of `run`. */
  readonly output: JsonSchema;
  readonly execution: Execution;
  /** True when running it twice does no harm, so that it may be retried. */
  readonly idempotent?: boolean;
  /** True when it changes nothing and stores nothing. All others are written to the audit trail and need leave to write. */
  readonly readOnly?: boolean;
  /** What may be remembered, for how long, and for whom. */
  readonly cache?: { readonly ttlMs: number; readonly scope: 'public' | 'principal' };
  /** Upper bound of one run. */
  readonly timeoutMs: number;
  /** The queue a job waits in: `cpu` for work on this machine, `network` for waiting on another. */
  readonly slots?: 'cpu' | 'network';
  run(args: In, ctx: ToolContext): Promise<Out>;
}
