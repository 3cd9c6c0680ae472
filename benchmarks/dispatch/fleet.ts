import { type Clock, Cluster, type EndpointCall, type WorkerLink } from '@callsheet/discovery';
import type { Json, JsonObject } from '@callsheet/protocol';
import { systemClock } from '../../server/src/clock.ts';
import { IdleWork } from './idle-work.ts';

const TOOL = 'do_nothing';

/** As a row of `tools/list`. */
const ROW: JsonObject = {
  name: TOOL,
  inputSchema: { type: 'object' },
  outputSchema: { type: 'object' },
  annotations: { idempotentHint: true, timeoutMs: 30_000 },
};

/** The newcomers' ramp is over when it is measured. */
const WARM_MS = 60_000;

/** Answers at once: whatever a call takes beyond that is the dispatcher's. */
export const LINK: WorkerLink = {
  call(_call: EndpointCall): Promise<Json> {
    return Promise.resolve(null);
  },
};

export interface Fleet {
  readonly cluster: Cluster;
  /** Nothing of a call stays in it, so that one is enough. */
  readonly work: IdleWork;
}

/** A cluster as the gateway makes it, with so many workers that have been there for a minute. */
export function fleet(workers: number): Fleet {
  let skew = 0;
  const clock: Clock = {
    monotonic: () => systemClock.monotonic() + skew,
    after: (ms, callback) => systemClock.after(ms, callback),
  };
  const log = {
    warn: (fields: JsonObject): void => {
      throw new Error(JSON.stringify(fields));
    },
  };
  const cluster = new Cluster({ clock, random: Math.random, log });
  for (let n = 0; n < workers; n++) {
    const facts = { instanceId: `instance-${String(n).padStart(10, '0')}`, epoch: 1, name: `worker ${n}` };
    const lease = cluster.registry.register({ ...facts, version: '1.0.0', slots: 4 }, [ROW], LINK, {
      heartbeats: false,
    });
    lease.renew();
  }
  skew = WARM_MS;
  const selection = cluster.registry.catalogue.find(TOOL);
  if (selection?.endpoints.length !== workers)
    throw new Error(`Cannot measure with ${workers} workers: some are not ready`);
  const { schemaHash } = selection.tool;
  return { cluster, work: new IdleWork(TOOL, schemaHash) };
}
