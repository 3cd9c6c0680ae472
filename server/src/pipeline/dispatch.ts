import type { Cluster } from '@callsheet/discovery';
import type { JobView, Json } from '@callsheet/protocol';
import { keyOf, projectOf, traceOf } from '../host/call-meta.ts';
import { answerOfJob, takeWaiting } from '../host/job-handle.ts';
import type { JobEvents } from '../jobs/events.ts';
import type { JobRequest } from '../jobs/ledger.ts';
import type { JobRunner } from '../jobs/runner.ts';
import { type CallHost, CallWork } from './call-work.ts';
import type { Handler, ToolCall } from './layer.ts';

export interface DispatchParts {
  readonly host: CallHost;
  readonly cluster: Pick<Cluster, 'call'>;
  readonly runner: JobRunner;
  readonly events: JobEvents;
}

/** The end of the road: sends the call to a worker, makes a durable job of it, or runs such a job again. */
export function dispatch({ host, cluster, runner, events }: DispatchParts): Handler {
  const startJob = async (call: ToolCall): Promise<Json> => {
    const { waiting, toolArgs } = takeWaiting(call.args);
    const job = await runner.submit(jobRequest(call, toolArgs));
    const { principal, progress, cancellation } = call;
    const { signal } = cancellation;
    return answerOfJob({ runner, events, clock: host.clock, principal, jobId: job.jobId, waiting, progress, signal });
  };
  const submit = (call: ToolCall): Promise<JobView> => runner.submit(jobRequest(call, takeWaiting(call.args).toolArgs));
  return (call) => {
    const { retries, meta, args, observation } = call;
    if (observation?.marks !== undefined) observation.marks.checked = host.clock.monotonic();
    if (retries !== undefined) return runner.retry(retries.by, retries.jobId, { args, dryRun: meta.dryRun ?? false });
    if (call.mode === 'submit') return submit(call);
    return call.tool.execution === 'job' ? startJob(call) : cluster.call(new CallWork(host, call));
  };
}

function jobRequest(call: ToolCall, args: ToolCall['args']): JobRequest {
  const { meta, principal, tool } = call;
  const { idempotency_key: _key, ...work } = args;
  const idempotencyKey = keyOf({ meta, args });
  return {
    principal,
    tool: tool.name,
    args: work,
    project: projectOf(call),
    ...(meta.priority !== undefined && { priority: meta.priority }),
    ...(idempotencyKey !== undefined && { idempotencyKey }),
    ...(meta.dryRun !== undefined && { dryRun: meta.dryRun }),
    ...(meta.deadlineMs !== undefined && { timeoutMs: meta.deadlineMs }),
    ...(meta.route !== undefined && { route: meta.route }),
    trace: traceOf(call),
  };
}
