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

/** `jobs/*`. A submitted job takes the same road as a call, so nobody can submit what they may not call. */
export function jobMethods(desk: JobDesk, catalogue: Catalogue, pipeline: Handler): Record<JobMethods, Method> {
  const idOf = (params: { jobId?: unknown }): string => String(params.jobId);
  return {
    'jobs/submit': (params, invocation) =>
      pipeline(toolCall(catalogue, params as unknown as ToolCallParams, invocation, 'submit')),
    'jobs/get': (params, { session }) => desk.get(session.principal, idOf(params)),
    'jobs/list': (params, { session }) => desk.list(session.principal, params as JobListParams),
    'jobs/cancel': (params, { session }) => {
      const reason = typeof params.reason === 'string' ? params.reason : undefined;
      return desk.cancel(session.principal, idOf(params), reason);
    },
    'jobs/retry': (params, { session }) => desk.retry(session.principal, idOf(params)),
  };
}
