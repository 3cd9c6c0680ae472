import type { EndpointCall } from '@callsheet/discovery';
import { CallError, isJsonObject, type Json, type JsonObject, type WireError } from '@callsheet/protocol';
import type { Clock } from '../../clock.ts';
import { exchange } from './exchange.ts';
import type { RpcConnection } from './rpc-connection.ts';

export interface FollowedJob {
  readonly rpc: RpcConnection;
  readonly call: EndpointCall;
  /** Of the tool, there. */
  readonly name: string;
  readonly meta: JsonObject;
  readonly refusal: (error: WireError) => CallError;
  readonly clock: Pick<Clock, 'after'>;
}

/** How often the other gateway is asked how far it is. */
const LOOK_MS = 1_000;

interface Look {
  readonly jobId: string;
  readonly status: string;
  readonly row: JsonObject;
}

/**
 * Runs a job tool of another gateway as a job there, and follows it to its end. A further attempt of a job of ours goes on with
 * the same job there: it is found by its idempotency key, still running, finished, or failed and then begun again.
 *
 * Nobody wants it any more: it is canceled there, as a job outlives the connection that asked for it.
 */
export async function followJob(followed: FollowedJob): Promise<Json> {
  const { call, name, meta } = followed;
  const { job } = call;
  const _meta = job === undefined ? meta : { ...meta, idempotencyKey: `callsheet:${job.id}` };
  let look = await ask(followed, 'jobs/submit', { name, arguments: call.args, _meta });
  const { jobId } = look;
  if (job !== undefined && job.attempt > 1 && (look.status === 'failed' || look.status === 'canceled')) {
    look = await ask(followed, 'jobs/retry', { jobId });
  }
  while (look.status === 'queued' || look.status === 'in_progress') {
    tellProgress(call, look.row);
    await pause(followed, jobId);
    look = await ask(followed, 'jobs/get', { jobId });
  }
  if (look.status === 'completed') return look.row.result ?? null;
  const { error } = look.row;
  if (look.status === 'failed' && isJsonObject(error) && typeof error.code === 'number') {
    throw followed.refusal({ code: error.code, message: String(error.message), ...withData(error) });
  }
  throw new CallError('UPSTREAM_ERROR', `The job of "${call.tool}" was ${look.status} by the other gateway`, {
    retryable: look.status === 'canceled',
    maybeExecuted: true,
  });
}

async function ask({ rpc, call, refusal }: FollowedJob, method: string, params: JsonObject): Promise<Look> {
  const { jobId } = params;
  const row = await exchange(rpc, call, {
    method,
    params: () => params,
    refusal,
    ...(typeof jobId === 'string'
      ? { abandoned: () => rpc.tell('jobs/cancel', { jobId }) }
      : // Not known yet which job it is; it is when the answer comes.
        { late: (late: Json) => isJsonObject(late) && rpc.tell('jobs/cancel', { jobId: late.jobId ?? null }) }),
  });
  if (isJsonObject(row) && typeof row.jobId === 'string' && typeof row.status === 'string') {
    return { jobId: row.jobId, status: row.status, row };
  }
  throw new CallError('UPSTREAM_ERROR', `The other gateway answered ${method} with something that is no job`, {
    maybeExecuted: true,
  });
}

function pause({ rpc, call, clock }: FollowedJob, jobId: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancelTimer = clock.after(LOOK_MS, resolve);
    call.onAbort((reason) => {
      cancelTimer();
      rpc.tell('jobs/cancel', { jobId });
      reject(reason);
    });
  });
}

function tellProgress(call: EndpointCall, { progress, stage, stageProgress, message }: JsonObject): void {
  if (typeof progress !== 'number' || typeof stage !== 'string' || call.reason !== undefined) return;
  call.context.progress({
    fraction: Math.min(1, Math.max(0, progress)),
    stage: stage.slice(0, 64),
    ...(typeof stageProgress === 'number' && { stageFraction: stageProgress }),
    ...(typeof message === 'string' && { message: message.slice(0, 500) }),
  });
}

function withData({ data }: JsonObject): Pick<WireError, 'data'> {
  return isJsonObject(data) ? { data: data as unknown as NonNullable<WireError['data']> } : {};
}
