import { CallError } from '@callsheet/protocol';
import type { Health } from '../health/state.ts';
import type { WorkerLink } from '../worker.ts';
import type { WorkerStatus } from './read-status.ts';

/**
 * How a lease ends. resumed: a newer epoch took over, and the calls in flight with it · lost: its connection closed and nobody
 * came back within the grace · released: the worker said goodbye · forgotten: it was silent on an open connection until nobody
 * remembers it · closed: the registry was. After all but the first, calls still in flight get no answer any more.
 */
export type LeaseEnd = 'resumed' | 'lost' | 'released' | 'forgotten' | 'closed';

/** One registration of a worker: as long as its session, and one grace longer. */
export interface Lease {
  /** The worker's public name, the same for every epoch. */
  readonly workerId: string;
  /** As people know it: others may have the same. */
  readonly name: string;
  readonly epoch: number;
  /** How often the worker is to renew, ± 10 %. */
  readonly heartbeatMs: number;
  /** The link of the epoch before, when its calls in flight go on under this one. */
  readonly resumes: WorkerLink | undefined;
  /** Milliseconds since its last heartbeat, when that said it is ready; undefined otherwise, and once it has ended. */
  readonly readyMsAgo: number | undefined;
  /** How it ended; undefined while it has not. */
  readonly end: LeaseEnd | undefined;
  /** Anything was heard of the worker: cheap enough for every frame of its connection. Of an ended lease it means nothing. */
  heard(): void;
  /**
   * A heartbeat. The first one makes a joining worker ready, unless its status says otherwise.
   *
   * @throws CallError CONFLICT when the lease has ended: register again with a higher epoch. INVALID_PARAMS when the status
   * is wrong.
   */
  renew(status?: WorkerStatus): void;
  /** It takes no new calls and finishes those it has. @throws CallError CONFLICT when the lease has ended. */
  drain(): void;
  /** What active probes found. Of an ended lease it means nothing. */
  reportHealth(health: Health, reason: string): void;
  /** Its connection closed: suspect at once, and given up after the grace. Of an ended lease it means nothing. */
  disconnected(): void;
  /** It leaves for good. Calls in flight are given up. Of an ended lease it means nothing. */
  release(reason: string): void;
  /** Calls back once, when it has ended; at once when it has already. */
  onEnd(listener: (end: LeaseEnd) => void): void;
}

/** What a lease asks of its registry. */
export interface LeaseDesk {
  readyMsAgo(): number | undefined;
  heard(): void;
  renew(status: WorkerStatus): void;
  drain(): void;
  reportHealth(health: Health, reason: string): void;
  disconnected(): void;
  release(reason: string): void;
  /** A listener threw. */
  failed(error: unknown): void;
}

/** Everything a lease is and is not made for is decided at the registration. */
export interface LeaseFacts {
  readonly workerId: string;
  readonly name: string;
  readonly epoch: number;
  readonly heartbeatMs: number;
  readonly resumes: WorkerLink | undefined;
}

/** Keeps an ended lease from touching the worker: a late word of an old connection must not harm the new one. */
export class OpenLease implements Lease {
  readonly workerId: string;
  readonly name: string;
  readonly epoch: number;
  readonly heartbeatMs: number;
  readonly resumes: WorkerLink | undefined;
  readonly #desk: LeaseDesk;
  readonly #listeners: ((end: LeaseEnd) => void)[] = [];
  #end: LeaseEnd | undefined;

  constructor({ workerId, name, epoch, heartbeatMs, resumes }: LeaseFacts, desk: LeaseDesk) {
    this.workerId = workerId;
    this.name = name;
    this.epoch = epoch;
    this.heartbeatMs = heartbeatMs;
    this.resumes = resumes;
    this.#desk = desk;
  }

  get end(): LeaseEnd | undefined {
    return this.#end;
  }

  get readyMsAgo(): number | undefined {
    return this.#end === undefined ? this.#desk.readyMsAgo() : undefined;
  }

  heard(): void {
    if (this.#end === undefined) this.#desk.heard();
  }

  renew(status: WorkerStatus = {}): void {
    this.#refuseWhenEnded('renew');
    this.#desk.renew(status);
  }

  drain(): void {
    this.#refuseWhenEnded('drain');
    this.#desk.drain();
  }

  reportHealth(health: Health, reason: string): void {
    if (this.#end === undefined) this.#desk.reportHealth(health, reason);
  }

  disconnected(): void {
    if (this.#end === undefined) this.#desk.disconnected();
  }

  release(reason: string): void {
    if (this.#end === undefined) this.#desk.release(reason);
  }

  onEnd(listener: (end: LeaseEnd) => void): void {
    if (this.#end === undefined) this.#listeners.push(listener);
    else listener(this.#end);
  }

  /** Said by the registry, once. It ends now; the answer tells those who wait for it, when the registry is in order again. */
  finish(end: LeaseEnd): () => void {
    this.#end = end;
    return () => {
      for (const listener of this.#listeners.splice(0)) this.#tell(listener, end);
    };
  }

  #tell(listener: (end: LeaseEnd) => void, end: LeaseEnd): void {
    try {
      listener(end);
    } catch (error) {
      this.#desk.failed(error);
    }
  }

  #refuseWhenEnded(verb: string): void {
    if (this.#end === undefined) return;
    throw new CallError(
      'CONFLICT',
      `Cannot ${verb} the lease of epoch ${this.epoch}: it has ended (${this.#end}); register again with a higher epoch`,
    );
  }
}
