import {
  CallError,
  type Json,
  type JsonObject,
  type Principal,
  type ProgressReport,
  type ToolContext,
  type ToolLog,
  type TraceContext,
} from '@callsheet/protocol';
import type { Clock } from '../clock.ts';
import type { HostedContext, JobRun } from '../jobs/attempt.ts';
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
  /** Gets at most four reports a second and every change of stage; without it progress is dropped. */
  readonly onProgress?: ((report: ProgressReport) => void) | undefined;
}

/** The context of a call that answers on its own socket. Its `memo` remembers nothing. */
export function contextForCall(host: HostParts & { readonly clock: Clock }, call: PlainCall): HostedContext {
  const { onProgress, tool, ...frame } = call;
  const thinner = onProgress && new ProgressThinner({ clock: host.clock, emit: onProgress });
  const hosted = hostContext(host, frame, {
    fields: { tool },
    assets: host.assets.for({ principal: frame.principal, project: frame.project }),
    progress: (report) => thinner?.offer(report),
    memo: (_key, produce) => produce(),
  });
  return {
    context: hosted.context,
    settle() {
      thinner?.close();
      return hosted.settle();
    },
  };
}

/** The context of one attempt of a job. */
export function contextForJob(host: HostParts, run: JobRun): HostedContext {
  const { job, signal, deadline, progress, memo } = run;
  const { principal, project, id: jobId, tool, attempt } = job;
  const { trace, dryRun } = job.terms;
  return hostContext(
    host,
    { principal, project, trace, dryRun, signal, deadline },
    { fields: { jobId, attempt, tool }, assets: host.assets.for({ principal, project, jobId }), progress, memo },
  );
}

interface OwnParts extends Pick<ToolContext, 'assets' | 'progress' | 'memo'> {
  /** Members of every log line. */
  readonly fields: JsonObject;
}

function hostContext(host: HostParts, frame: CallFrame, own: OwnParts): HostedContext {
  const { assets, progress, memo, fields } = own;
  let directory: Promise<string> | undefined;
  let settled = false;
  const context: ToolContext = {
    ...frame,
    assets,
    progress,
    memo,
    log: withFields(host.log, fields),
    scratch() {
      if (settled)
        return Promise.reject(new CallError('CONFLICT', 'Cannot make a scratch directory: the call has settled'));
      directory ??= host.scratch.make();
      return directory;
    },
    call: (tool, args) => host.call(tool, args, frame),
  };
  return {
    context,
    async settle() {
      settled = true;
      const made = await directory?.catch(() => undefined);
      if (made !== undefined) await host.scratch.remove(made);
    },
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
