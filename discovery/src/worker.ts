import type { Json, JsonObject } from '@callsheet/protocol';

/** What a worker says about itself when it registers. */
export interface WorkerFacts {
  /** Stays the same over reconnects and restarts of the connection; chosen by the worker, random. */
  readonly instanceId: string;
  /** Grows with every registration of the instance; what an older one still says is refused. */
  readonly epoch: number;
  /** For people: 1 to 64 characters. */
  readonly name: string;
  /** Semantic version of what it runs. */
  readonly version: string;
  /** Calls it takes at once, all tools together. */
  readonly slots: number;
  readonly tags: readonly string[];
  /** Where it stands, for callers who prefer what is near. */
  readonly zone: string | undefined;
  /** Its share beside others; 1 is usual. */
  readonly weight: number;
}

/** One call on its way to a worker. */
export interface EndpointCall {
  readonly tool: string;
  readonly args: JsonObject;
  readonly meta: JsonObject;
  /** Aborted when the caller cancels, the deadline is over, or another attempt won. Its reason is a CallError. */
  readonly signal: AbortSignal;
  /** What is left of the caller's patience, in milliseconds. */
  readonly deadlineMs: number;
  readonly onProgress: ((progress: JsonObject) => void) | undefined;
}

/**
 * One worker's way to be called, for whichever of its tools: a function in this process, the worker's own socket, or a
 * connection to it. Rejects with a CallError; UPSTREAM_ERROR with `maybeExecuted` says whether the call had left.
 */
export interface WorkerLink {
  call(call: EndpointCall): Promise<Json>;
}
