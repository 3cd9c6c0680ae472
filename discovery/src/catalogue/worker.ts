import type { Health, WorkerState } from '../health/state.ts';
import type { WorkerFacts, WorkerLink } from '../worker.ts';
import type { OfferedTool } from './offered-tool.ts';

/** What a registration says of the worker, checked. */
export interface RegisteredFacts extends WorkerFacts {
  /** `host:port` where Prometheus may scrape the worker itself. */
  readonly metricsAddress: string | undefined;
}

/** A worker as it was at one moment. Never changes: whatever happens to the worker makes a new one. */
export interface Worker {
  /**
   * Its name in lists, metrics and balancers: the same for every epoch of the instance. Made from the instance id, which only
   * the worker knows and which proves, with a higher epoch, that it is the same one again.
   */
  readonly id: string;
  readonly facts: RegisteredFacts;
  readonly tools: readonly OfferedTool[];
  /** The way to call it; that of its newest epoch. */
  readonly link: WorkerLink;
  readonly state: WorkerState;
  readonly health: Health;
  /** False between the loss of its connection and its next registration. */
  readonly connected: boolean;
  /** True when new calls may go there, as far as the registry knows; the guard has its own say. */
  readonly available: boolean;
}

/** One worker for one tool. */
export interface Endpoint {
  readonly worker: Worker;
  readonly tool: OfferedTool;
}
