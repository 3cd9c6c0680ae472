import type { JobListParams, JobListResult, JobView, Principal, ToolCallParams } from '@callsheet/protocol';
import type { Catalogue } from '../pipeline/catalogue.ts';
import type { Handler } from '../pipeline/layer.ts';
import type { Method } from './method.ts';
import { toolCall } from './tools.ts';

/** What the methods need of the jobs: every question names who asks, and a foreign job is NOT_FOUND. */
export interface JobDesk {
  get(principal: Principal, jobId: string): JobView | Promise<JobView>;
  list(principal: Principal, params: JobListParams): JobListResult | Promise<JobListResult>;
  cancel(principal: Principal, jobId: string, reason?: string): Promise<JobView>;
  retry(principal: Principal, jobId: string): Promise<JobView>;
}

type JobMethods = 'jobs/submit' | 'jobs/get' | 'jobs/list' | 'jobs/cancel' | 'jobs/retry';

export interface JobMethodsOptions {
  readonly desk: JobDesk;
  readonly catalogue: Catalogue;
  readonly pipeline: Handler;
  /** Refuses a caller who may not start this tool now. @throws CallError */
  readonly mayStart: (principal: Principal, tool: string) => void;
}

/** `jobs/*`. A submitted job takes the same road as a call, so nobody can submit what they may not call. */
export function jobMethods({ desk, catalogue, pipeline, mayStart }: JobMethodsOptions): Record<JobMethods, Method> {
  const idOf = (params: { jobId?: unknown }): string => String(params.jobId);
  return {
    'jobs/submit': async (params, invocation) => {
      const call = toolCall(catalogue, params as unknown as ToolCallParams, invocation, 'submit');
      const job = (await pipeline(call)) as JobView;
      return call.receipt?.security === undefined ? job : { ...job, security: call.receipt.security };
    },
    'jobs/get': (params, { session }) => desk.get(session.principal, idOf(params)),
    'jobs/list': (params, { session }) => desk.list(session.principal, params as JobListParams),
    'jobs/cancel': (params, { session }) => {
      const reason = typeof params.reason === 'string' ? params.reason : undefined;
      return desk.cancel(session.principal, idOf(params), reason);
    },
    'jobs/retry': async (params, { session }) => {
      const { principal } = session;
      // A retry is the call again: what was allowed then may not be now.
      mayStart(principal, (await desk.get(principal, idOf(params))).tool);
      return desk.retry(principal, idOf(params));
    },
  };
}
