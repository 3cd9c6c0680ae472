import type { Hosted } from '@callsheet/discovery';
import {
  type AssetPort,
  CallError,
  type Json,
  type JsonObject,
  type Principal,
  type ProgressReport,
  parseTraceparent,
  type ToolContext,
  type ToolLog,
  type TraceContext,
} from '@callsheet/protocol';
import type { Clock } from '../clock.ts';
import type { JobRun } from '../jobs/job-work.ts';
import { ProgressThinner } from '../jobs/progress.ts';
import type { AssetStoreFor } from './asset-store-for.ts';
import type { ScratchRoom } from './scratch.ts';

/** Who calls, and under which bounds. A nested call inherits all of it. */
export interface CallFrame {
  readonly principal: Principal;
  readonly project: string;
  readonly trace: TraceContext;
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
}

/** Sends a nested call down the same road as every other call. */
export type NestedCall = (tool: string, args: JsonObject, frame: CallFrame) => Promise<Json>;

/** What the gateway has for every tool. */
export interface HostParts {
  readonly assets: AssetStoreFor;
  readonly scratch: ScratchRoom;
  readonly call: NestedCall;
  readonly log: ToolLog;
}

/** What a plain call adds. */
export interface PlainCall extends CallFrame {
  readonly tool: string;
  /** Names the call in logs and errors. */
  readonly requestId: string;
  /** Gets at most four reports a second and every change of stage; without it progress is dropped. */
  readonly onProgress?: ((report: ProgressReport) => void) | undefined;
}

/** The context of a call that answers on its own socket. Its `memo` remembers nothing. */
export function contextForCall(host: HostParts & { readonly clock: Clock }, call: PlainCall): Hosted {
  const thinner = call.onProgress && new ProgressThinner({ clock: host.clock, emit: call.onProgress });
  return new HostContext(host, call, { names: call, thinner });
}

/** The context of one attempt of a job. */
export function contextForJob(host: HostParts, run: JobRun): Hosted {
  const { job, traceparent, signal, deadline, progress, memo } = run;
  const { principal, project, id: jobId, tool, attempt } = job;
  const { dryRun } = job.terms;
  const trace = traceparent === undefined ? job.terms.trace : { ...job.terms.trace, traceparent };
  const frame: CallFrame = { principal, project, trace, dryRun, signal, deadline };
  return new HostContext(host, frame, { names: { jobId, attempt, tool }, progress, memo });
}

/** What tells the lines of one call from those of all others; members of every line. */
interface CallNames {
  readonly tool: string;
  readonly requestId?: string;
  readonly jobId?: string;
  readonly attempt?: number;
}

/** What a call and an attempt do not share. */
interface OwnParts {
  readonly names: CallNames;
  readonly thinner?: ProgressThinner | undefined;
  readonly progress?: ToolContext['progress'];
  readonly memo?: ToolContext['memo'];
}

/** Most calls are small and touch little of their context, so everything that costs is made at the first question. */
class HostContext implements ToolContext, Hosted {
  readonly #host: HostParts;
  readonly #frame: CallFrame;
  readonly #own: OwnParts;
  #assets: AssetPort | undefined;
  #log: ToolLog | undefined;
  #progress: ToolContext['progress'] | undefined;
  #scratch: ToolContext['scratch'] | undefined;
  #call: ToolContext['call'] | undefined;
  #directory: Promise<string> | undefined;
  /** Ends the calls it made with it. */
  #ending: AbortController | undefined;
  #settled = false;

  constructor(host: HostParts, frame: CallFrame, own: OwnParts) {
    this.#host = host;
    this.#frame = frame;
    this.#own = own;
  }

  get context(): ToolContext {
    return this;
  }

  get signal(): AbortSignal {
    return this.#frame.signal;
  }

  get deadline(): number {
    return this.#frame.deadline;
  }

  get principal(): Principal {
    return this.#frame.principal;
  }

  get project(): string {
    return this.#frame.project;
  }

  get trace(): TraceContext {
    return this.#frame.trace;
  }

  get dryRun(): boolean {
    return this.#frame.dryRun;
  }

  get assets(): AssetPort {
    const { principal, project, signal } = this.#frame;
    const { jobId } = this.#own.names;
    this.#assets ??= this.#host.assets.for({ principal, project, signal, ...(jobId !== undefined && { jobId }) });
    return this.#assets;
  }

  get log(): ToolLog {
    this.#log ??= withFields(this.#host.log, fieldsOf(this.#own.names, this.trace));
    return this.#log;
  }

  // Functions are made bound, so that a tool may take its context apart: `const { memo, progress } = ctx`.

  get progress(): ToolContext['progress'] {
    this.#progress ??= (report) => {
      this.#own.thinner?.offer(report);
      this.#own.progress?.(report);
    };
    return this.#progress;
  }

  get memo(): ToolContext['memo'] {
    return this.#own.memo ?? forgetful;
  }

  get scratch(): ToolContext['scratch'] {
    this.#scratch ??= () => {
      if (this.#settled) {
        return Promise.reject(new CallError('CONFLICT', 'Cannot make a scratch directory: the call has settled'));
      }
      this.#directory ??= this.#host.scratch.make();
      return this.#directory;
    };
    return this.#scratch;
  }

  get call(): ToolContext['call'] {
    this.#call ??= (tool, args) => {
      if (this.#settled) return Promise.reject(callEnded());
      const { principal, project, trace, dryRun, deadline } = this.#frame;
      const { signal } = this.#ending ?? this.#endWithFrame();
      return this.#host.call(tool, args, { principal, project, trace, dryRun, deadline, signal });
    };
    return this.#call;
  }

  #endWithFrame(): AbortController {
    const { signal } = this.#frame;
    const ending = new AbortController();
    this.#ending = ending;
    if (signal.aborted) ending.abort(signal.reason);
    else signal.addEventListener('abort', () => ending.abort(signal.reason), { once: true });
    return ending;
  }

  settle(): Promise<void> | undefined {
    this.#settled = true;
    this.#own.thinner?.close();
    this.#ending?.abort(callEnded());
    return this.#directory?.then(
      (made) => this.#host.scratch.remove(made),
      () => undefined,
    );
  }
}

function callEnded(): CallError {
  return new CallError('CANCELLED', 'Cannot go on with a call inside another one: that one has ended');
}

/** Outside a job there is nothing to resume, and so nothing to remember. */
const forgetful: ToolContext['memo'] = (_key, produce) => produce();

function fieldsOf({ tool, requestId, jobId, attempt }: CallNames, { traceparent }: TraceContext): JsonObject {
  const traceId = traceparent === undefined ? undefined : parseTraceparent(traceparent)?.traceId;
  return {
    ...(jobId !== undefined && { jobId }),
    ...(attempt !== undefined && { attempt }),
    tool,
    ...(requestId !== undefined && { requestId }),
    ...(traceId !== undefined && { traceId }),
  };
}

function withFields(log: ToolLog, fields: JsonObject): ToolLog {
  return {
    debug: (more, message) => log.debug({ ...more, ...fields }, message),
    info: (more, message) => log.info({ ...more, ...fields }, message),
    warn: (more, message) => log.warn({ ...more, ...fields }, message),
    error: (more, message) => log.error({ ...more, ...fields }, message),
  };
}
