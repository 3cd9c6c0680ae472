import type { Principal, ToolContext, TraceContext } from '@callsheet/protocol';
import type { Clock } from '../clock.ts';
import { timeoutOf } from '../pipeline/deadline.ts';
import type { ToolCall } from '../pipeline/layer.ts';
import { projectOf, traceOf } from './call-meta.ts';
import { contextForCall, type HostParts, type PlainCall } from './context.ts';

/** Runs a tool on its caller's own time: nothing of it survives the connection. */
export async function runCall(host: HostParts & { readonly clock: Clock }, call: ToolCall): Promise<unknown> {
  const hosted = contextForCall(host, new CallFacts(call, host.clock));
  try {
    return await call.tool.run(call.args, hosted.context);
  } finally {
    await hosted.settle();
  }
}

/** A call in the words of the host. Computed when asked: most tools ask for little. */
class CallFacts implements PlainCall {
  readonly #call: ToolCall;
  /** Milliseconds since the epoch. */
  readonly deadline: number;

  constructor(call: ToolCall, clock: Clock) {
    this.#call = call;
    this.deadline = clock.now() + timeoutOf(call);
  }

  get tool(): string {
    return this.#call.tool.name;
  }

  get principal(): Principal {
    return this.#call.principal;
  }

  get project(): string {
    return projectOf(this.#call);
  }

  get trace(): TraceContext {
    return traceOf(this.#call);
  }

  get dryRun(): boolean {
    return this.#call.meta.dryRun ?? false;
  }

  get signal(): AbortSignal {
    return this.#call.cancellation.signal;
  }

  get onProgress(): ToolContext['progress'] | undefined {
    return this.#call.progress;
  }
}
