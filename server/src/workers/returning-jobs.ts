import type { EndpointCall, JobTicket } from '@callsheet/discovery';
import type { Json } from '@callsheet/protocol';

/** An attempt of a job a worker kept while the gateway was gone. */
export interface ReturnedJob {
  readonly job: JobTicket;
  /**
   * Waits for the worker's answer to this attempt instead of asking anew. To be called at most once, now or soon: an answer
   * that comes earlier is kept.
   */
  readonly run: (call: EndpointCall) => Promise<Json>;
}

/** Who knows the jobs of an earlier process. */
export interface ReturningJobs {
  /**
   * Told at every registration of a worker, once its lease is good, of the attempts it holds that this process did not send;
   * mostly none. Attempts that were known to run there in an earlier process and are not among them are over.
   *
   * @returns those that are still wanted: the same id, the same attempt, not given to anybody else. The worker stops the others.
   */
  returned(workerId: string, jobs: readonly ReturnedJob[]): readonly JobTicket[];
}
