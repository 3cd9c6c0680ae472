import type { CallError, Json, JsonObject, ToolContext } from '@callsheet/protocol';

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

/** Names one attempt of a job. A worker that kept it shows this to a gateway that knows the job and was gone meanwhile. */
export interface JobTicket {
  readonly id: string;
  /** A fence: what an older attempt still says is refused. */
  readonly attempt: number;
}

/** One attempt of a call, on its way to a worker. */
export interface EndpointCall {
  readonly tool: string;
  readonly args: JsonObject;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** There when it is an attempt of a job. */
  readonly job: JobTicket | undefined;
  /**
   * What the tool may touch of the world outside: handed to it in this process, served over the wire to one elsewhere. Its
   * signal is aborted when the caller cancels, the time is up or another attempt won; made at the first question.
   */
  readonly context: ToolContext;
  /** Why nobody wants the answer any more; undefined while somebody does. */
  readonly reason: CallError | undefined;
  /** Calls back once when nobody wants the answer any more. Cheaper than the signal; a second listener replaces the first. */
  onAbort(listener: (reason: CallError) => void): void;
  /**
   * The connection it left on is lost, and nobody knows yet whether the worker comes back. Whoever may be asked twice is
   * asked elsewhere; the link goes on waiting, and what still comes is taken if it is the first.
   */
  interrupted(): void;
}

/**
 * One worker's way to be called, for whichever of its tools: a function in this process, the worker's own socket, or a
 * connection to it. The promise settles when the worker has really ended, or when it is lost: its slot is taken until then.
 * Rejects with a CallError, UPSTREAM_ERROR with `maybeExecuted` when the worker was lost; anything else is a fault of the tool.
 */
export interface WorkerLink {
  call(call: EndpointCall): Promise<Json>;
}
