import {
  CallError,
  type HeldWork,
  isJsonObject,
  type Json,
  type RegisterParams,
  type RegisterResult,
} from '@callsheet/protocol';
import type { WorkerFacts } from './read-options.ts';
import type { ServedTool } from './tool-definition.ts';

/** What a worker says about itself, the same to every gateway, but for the epoch. */
export class Registrations {
  readonly #worker: WorkerFacts & { readonly instanceId: string };
  readonly #tools: RegisterParams['tools'];
  #epoch = 0;

  constructor(instanceId: string, facts: WorkerFacts, tools: ReadonlyMap<string, ServedTool>) {
    this.#worker = { instanceId, ...facts };
    this.#tools = [...tools.values()].map(({ row }) => row);
  }

  /** The next one. Its epoch is above all before it, whomever they went to: two addresses may lead to one gateway. */
  next(holds: readonly HeldWork[]): RegisterParams {
    this.#epoch++;
    return { worker: { ...this.#worker, epoch: this.#epoch }, tools: this.#tools, holds };
  }

  /** A gateway knows this epoch already. */
  raise(epoch: number): void {
    this.#epoch = Math.max(this.#epoch, epoch);
  }
}

const LONGEST_WAIT_MS = 86_400_000;

/** Reads the answer to `services/register`. @throws CallError UPSTREAM_ERROR */
export function readRegistered(answer: Json): RegisterResult {
  const result = isJsonObject(answer) ? answer : {};
  const { workerId, epoch, heartbeatMs, graceMs, keepJobsMs, wanted, workKey } = result;
  const isWait = (value: Json | undefined): value is number =>
    typeof value === 'number' && value >= 0 && value <= LONGEST_WAIT_MS;
  if (
    typeof workerId !== 'string' ||
    typeof epoch !== 'number' ||
    typeof workKey !== 'string' ||
    !isWait(heartbeatMs) ||
    !isWait(graceMs) ||
    !isWait(keepJobsMs) ||
    !Array.isArray(wanted)
  ) {
    throw new CallError('UPSTREAM_ERROR', 'Cannot read the answer to services/register; update worker or gateway');
  }
  const ids = wanted.filter((id) => typeof id === 'string');
  return { workerId, epoch, heartbeatMs: Math.max(1, heartbeatMs), graceMs, keepJobsMs, wanted: ids, workKey };
}
