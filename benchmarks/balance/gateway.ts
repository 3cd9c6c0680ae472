import type { Random } from '@callsheet/discovery';
import type { Agenda } from './agenda.ts';
import type { Troubles } from './trouble.ts';
import type { SimulatedWorker } from './worker.ts';

/** Somebody who is asked for an answer and chooses a worker: ours, or a peer. Knows nothing of other gateways. */
export interface Gateway {
  /** Rejects when the call failed, and settles within its timeout. */
  call(key: string | undefined): Promise<unknown>;
  close(): void;
}

/** What a gateway is given to begin with. */
export interface Surroundings {
  readonly agenda: Agenda;
  readonly random: Random;
  readonly fleet: readonly Member[];
  /**
   * Whether sockets and heartbeats say how the workers are. Without them only the calls do, which is the harder case: a
   * worker behind a proxy, or a device that failed in a process that is well.
   */
  readonly signals: boolean;
}

export interface Member {
  readonly worker: SimulatedWorker;
  readonly troubles: Troubles;
}

export type OpenGateway = (surroundings: Surroundings) => Gateway;
