import { CallError } from '@callsheet/protocol';
import type { RegisteredFacts } from '../catalogue/worker.ts';
import type { WorkerRecord } from './worker-record.ts';

/** Lets an instance register again only to its owner, and only with an epoch above the newest. @throws CallError CONFLICT */
export function refuseStranger(
  { epoch }: RegisteredFacts,
  owner: string,
  known: WorkerRecord | undefined,
  remembered: number | undefined,
): void {
  if (known !== undefined && known.owner !== owner) {
    throw new CallError('CONFLICT', 'Cannot register the worker: its instance id is taken; make a new random one');
  }
  const newest = known?.registration.facts.epoch ?? remembered ?? 0;
  if (epoch > newest) return;
  throw new CallError(
    'CONFLICT',
    `Cannot register the worker: epoch ${epoch} is not above ${newest}, which this instance has registered already; ` +
      'use a higher epoch, or a new instance id for another process',
    { details: { epoch: newest } },
  );
}

/** Who has been dead for longest and may give up its place. @throws CallError OVERLOADED when nobody is dead. */
export function longestDead(records: Iterable<WorkerRecord>, maxWorkers: number): WorkerRecord {
  let found: WorkerRecord | undefined;
  for (const record of records) {
    if ((record.deadAt ?? Number.POSITIVE_INFINITY) < (found?.deadAt ?? Number.POSITIVE_INFINITY)) found = record;
  }
  if (found !== undefined) return found;
  throw new CallError(
    'OVERLOADED',
    `Cannot register the worker: there are ${maxWorkers} already; raise maxWorkers or use another gateway`,
  );
}
