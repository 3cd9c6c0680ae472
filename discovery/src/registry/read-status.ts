import { Fields } from './fields.ts';

/** What a worker says with a heartbeat. */
export interface WorkerStatus {
  /** False as long as it cannot take calls, for instance while it loads a model; true when not said. */
  readonly ready?: boolean;
  /** Calls it is working on, as it counts them. */
  readonly inFlight?: number;
}

/** A heartbeat, checked. */
export interface ReadStatus {
  readonly ready: boolean;
  readonly inFlight: number | undefined;
}

/** @throws CallError INVALID_PARAMS */
export function readStatus(value: unknown): ReadStatus {
  const fields = new Fields(value, '');
  return {
    ready: fields.boolean('ready', true),
    inFlight: fields.value('inFlight') === undefined ? undefined : fields.integer('inFlight', 0, 1_000_000),
  };
}
