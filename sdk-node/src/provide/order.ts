import { CallError, isJsonObject, type Json, type JsonObject, type Params, type WorkMeta } from '@callsheet/protocol';

/** What a gateway wants done. */
export interface WorkOrder {
  /** Of the request: answers, progress and cancellation go by it. */
  readonly id: string;
  readonly tool: string;
  readonly args: JsonObject;
  readonly meta: WorkMeta;
}

const ONE_DAY_MS = 86_400_000;

/** Reads `tools/call` as a gateway sends it to a worker. @throws CallError INVALID_PARAMS */
export function readOrder(id: string, params: Params | undefined): WorkOrder {
  if (!isJsonObject(params)) throw wrong('params', 'an object');
  const { name, arguments: args = {}, _meta: meta } = params;
  if (typeof name !== 'string') throw wrong('name', 'a text');
  if (!isJsonObject(args)) throw wrong('arguments', 'an object');
  if (!isJsonObject(meta)) throw wrong('_meta', 'an object');
  return { id, tool: name, args, meta: readMeta(meta) };
}

function readMeta(meta: JsonObject): WorkMeta {
  const { deadlineMs, attempt = 1, principal, project, traceparent, tracestate, job } = meta;
  if (typeof deadlineMs !== 'number' || !(deadlineMs > 0)) throw wrong('_meta.deadlineMs', 'milliseconds above 0');
  if (!isCount(attempt)) throw wrong('_meta.attempt', 'a whole number from 1');
  if (!isJsonObject(principal)) throw wrong('_meta.principal', 'an object');
  const { id, role, scopes } = principal;
  if (typeof id !== 'string' || typeof role !== 'string') throw wrong('_meta.principal', 'texts "id" and "role"');
  if (typeof project !== 'string') throw wrong('_meta.project', 'a text');
  return {
    deadlineMs: Math.min(deadlineMs, ONE_DAY_MS),
    attempt,
    principal: { id, role, scopes: Array.isArray(scopes) ? scopes.filter((scope) => typeof scope === 'string') : [] },
    project,
    dryRun: meta.dryRun === true,
    ...(typeof traceparent === 'string' && { traceparent }),
    ...(typeof tracestate === 'string' && { tracestate }),
    ...(job !== undefined && { job: readJob(job) }),
  };
}

function readJob(job: Json): { id: string; attempt: number } {
  if (isJsonObject(job) && typeof job.id === 'string' && isCount(job.attempt)) {
    return { id: job.id, attempt: job.attempt };
  }
  throw wrong('_meta.job', 'an "id" and an "attempt"');
}

function isCount(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
}

function wrong(member: string, wish: string): CallError {
  return new CallError('INVALID_PARAMS', `Cannot read the call: "${member}" must be ${wish}`);
}
