import type { Cluster, EndpointCall, Reservation, Route, Work } from '@callsheet/discovery';
import type { Json } from '@callsheet/protocol';
import type { JobTool } from '../jobs/job-tool.ts';
import type { JobPlace, JobPlaces } from '../jobs/places.ts';

/** The slots of all workers as places for jobs. */
export class WorkerPlaces implements JobPlaces {
  readonly #cluster: Pick<Cluster, 'reserve' | 'adopt' | 'onRoom'>;
  readonly #own: string;

  /** `ownWorker`: the public id under which this process serves its own tools. */
  constructor(cluster: Pick<Cluster, 'reserve' | 'adopt' | 'onRoom'>, ownWorker: string) {
    this.#cluster = cluster;
    this.#own = ownWorker;
  }

  elsewhere({ name, schemaHash }: JobTool, route?: Route): JobPlace | undefined {
    const slot = this.#cluster.reserve(name, { schemaHash, route, except: this.#own });
    return slot && new ReservedPlace(slot, slot.workerId);
  }

  here({ name, schemaHash }: JobTool, route?: Route): JobPlace | undefined {
    const slot = this.#cluster.reserve(name, { schemaHash, route, only: this.#own });
    return slot && new ReservedPlace(slot, undefined);
  }

  again(workerId: string): JobPlace | undefined {
    const slot = this.#cluster.adopt(workerId);
    return slot && new ReservedPlace(slot, workerId);
  }

  onRoom(listener: () => void): () => void {
    return this.#cluster.onRoom(listener);
  }
}

class ReservedPlace implements JobPlace {
  readonly workerId: string | undefined;
  readonly #slot: Reservation;

  constructor(slot: Reservation, workerId: string | undefined) {
    this.#slot = slot;
    this.workerId = workerId;
  }

  run(work: Work, resumed?: (call: EndpointCall) => Promise<Json>): Promise<Json> {
    return this.#slot.call(work, resumed);
  }

  release(): void {
    this.#slot.release();
  }
}
