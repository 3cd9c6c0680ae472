import type { EndpointCall, Route, Work } from '@callsheet/discovery';
import type { Json } from '@callsheet/protocol';
import type { JobTool } from './job-tool.ts';

/** A slot that is taken for one attempt: use it or give it back, once. */
export interface JobPlace {
  /** Public id of the worker outside; undefined for this process. */
  readonly workerId: string | undefined;
  /**
   * Runs one attempt here. With `resumed` nothing is sent: the attempt runs here already, and that is how to hear of its end.
   * Settles
   * at the work's deadline and when its interest ends, whatever the worker does; rejects as `Cluster.call` says.
   */
  run(work: Work, resumed?: (call: EndpointCall) => Promise<Json>): Promise<Json>;
  /** Instead of `run`. */
  release(): void;
}

/** Where attempts can run. Nothing here waits: a place is free now, or it is not. */
export interface JobPlaces {
  /** A free slot of a worker outside this process that means the same by the tool and fits the route. */
  elsewhere(tool: JobTool, route?: Route): JobPlace | undefined;
  /** This process, when it serves the tool itself and fits the route. */
  here(tool: JobTool, route?: Route): JobPlace | undefined;
  /** A slot for what runs at that worker already, even beyond its limit; undefined when the worker is not known. */
  again(workerId: string): JobPlace | undefined;
  /** Calls back when there may be a place where there was none. The answer ends it. */
  onRoom(listener: () => void): () => void;
}
