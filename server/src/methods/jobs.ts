import type { JobListParams, JobListResult, JobView, Principal, ToolCallParams } from '@callsheet/protocol';
import type { Recorder } from '../audit/recorder.ts';
import type { JobRequest } from '../jobs/ledger.ts';
import type { Catalogue } from '../pipeline/catalogue.ts';
import type { Handler, ToolCall } from '../pipeline/layer.ts';
import type { Invocation, Method } from './method.ts';
import { toolCall } from './tools.ts';

/** What the methods need of the jobs: every question names who asks, and a foreign job is NOT_FOUND. */
export interface JobDesk {
  get(principal: Principal, jobId: string): JobView | Promise<JobView>;
  list(principal: Principal, params: JobListParams): JobListResult | Promise<JobListResult>;
  cancel(principal: Principal, jobId: string, reason?: string): Promise<JobView>;
  /** What a job was accepted as, for whoever may run it again. */
  requestOf(principal: Principal, jobId: string): JobRequest | Promise<JobRequest>;
}

type JobMethods = 'jobs/submit' | 'jobs/get' | 'jobs/list' | 'jobs/cancel' | 'jobs/retry';

export interface JobMethodsOptions {
  readonly desk: JobDesk;
  readonly catalogue: Catalogue;
  readonly pipeline: Handler;
  /** Absent when the gateway keeps no audit trail. */
  readonly recorder: Recorder | undefined;
}

/**
 * `jobs/*`. A submitted job takes the same road as a call, so nobody can submit what they may not call; and so does a
 * retry, since what was allowed then may not be now.
 */
export function jobMethods({ desk, catalogue, pipeline, recorder }: JobMethodsOptions): Record<JobMethods, Method> {
  const idOf = (params: { jobId?: unknown }): string => String(params.jobId);
  return {
    'jobs/submit': async (params, invocation) => {
      const call = toolCall(catalogue, params as unknown as ToolCallParams, invocation, 'submit');
      const job = (await pipeline(call)) as JobView;
      return call.receipt?.security === undefined ? job : { ...job, security: call.receipt.security };
    },
    'jobs/get': (params, { session }) => desk.get(session.principal, idOf(params)),
    'jobs/list': (params, { session }) => desk.list(session.principal, params as JobListParams),
    'jobs/cancel': async (params, { session }) => {
      const jobId = idOf(params);
      const reason = typeof params.reason === 'string' ? params.reason : undefined;
      const job = await desk.cancel(session.principal, jobId, reason);
      recorder?.did('job', 'jobs/cancel', { by: session, resource: jobId });
      return job;
    },
    'jobs/retry': async (params, invocation) => {
      const { session } = invocation;
      const jobId = idOf(params);
      const request = await desk.requestOf(session.principal, jobId);
      const job = await pipeline(retryCall(catalogue, request, { jobId, by: session.principal }, invocation));
      recorder?.did('job', 'jobs/retry', { by: session, resource: jobId });
      return job;
    },
  };
}

/**
 * The call a job was made of, once more: in the name of its owner, with the rights it has now if the owner is who asks.
 *
 * @throws CallError TOOL_NOT_FOUND
 */
function retryCall(
  catalogue: Catalogue,
  { principal: owner, tool: name, args, project, priority, dryRun, trace, timeoutMs, route }: JobRequest,
  retries: NonNullable<ToolCall['retries']>,
  { session, cancellation, requestId, now, observation }: Invocation,
): ToolCall {
  const { tool, checkInput } = catalogue.entry(name, route);
  return {
    tool,
    checkInput,
    args,
    meta: {
      ...trace,
      project,
      ...(priority !== undefined && { priority }),
      ...(dryRun !== undefined && { dryRun }),
      ...(timeoutMs !== undefined && { deadlineMs: timeoutMs }),
      ...(route !== undefined && { route }),
    },
    principal: retries.by.id === owner.id ? retries.by : owner,
    cancellation,
    requestId,
    now,
    observation,
    mode: 'retry',
    retries,
    nested: false,
    from: session,
    receipt: undefined,
    progress: undefined,
  };
}
