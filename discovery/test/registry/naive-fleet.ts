/**
 * The lease rules as one would explain them, looked at every half second: slow, without deadlines, and written independently of
 * the registry, which must come to the same at every moment.
 */
export const HALF_SECOND = 500;
const SUSPECT = 10_000;
const DEAD = 15_000;
const GRACE = 3_000;
export const FORGET = 20_000;

export interface NaiveLease {
  end: string | undefined;
}

interface NaiveWorker {
  epoch: number;
  lease: NaiveLease | undefined;
  phase: 'joining' | 'ready' | 'draining';
  unhealthy: boolean;
  heardAt: number;
  closedAt: number | undefined;
  suspect: boolean;
  deadAt: number | undefined;
}

export class NaiveFleet {
  readonly workers = new Map<number, NaiveWorker>();
  readonly #left = new Map<number, number>();
  #now = 0;
  #deaf = false;

  newestEpoch(instance: number): number {
    return this.workers.get(instance)?.epoch ?? this.#left.get(instance) ?? 0;
  }

  /** Undefined when it must be refused. */
  register(instance: number, epoch: number): { readonly lease: NaiveLease; readonly resumed: boolean } | undefined {
    if (epoch <= this.newestEpoch(instance)) return undefined;
    const lease: NaiveLease = { end: undefined };
    const before = this.workers.get(instance);
    const resumed = before?.lease !== undefined;
    if (before?.lease !== undefined) before.lease.end = 'resumed';
    this.workers.set(instance, {
      epoch,
      lease,
      phase: resumed && before !== undefined ? before.phase : 'joining',
      unhealthy: resumed && before?.unhealthy === true,
      heardAt: this.#now,
      closedAt: undefined,
      suspect: false,
      deadAt: undefined,
    });
    return { lease, resumed };
  }

  heard(lease: NaiveLease): void {
    const worker = this.#of(lease);
    if (worker === undefined || worker.closedAt !== undefined) return;
    worker.heardAt = this.#now;
    worker.suspect = false;
    worker.deadAt = undefined;
  }

  /** False when it must be refused. */
  renew(lease: NaiveLease, ready: boolean): boolean {
    const worker = this.#of(lease);
    if (worker === undefined) return false;
    if (worker.closedAt !== undefined) return true;
    if (worker.phase !== 'draining') worker.phase = ready ? 'ready' : 'joining';
    this.heard(lease);
    return true;
  }

  /** False when it must be refused. */
  drain(lease: NaiveLease): boolean {
    const worker = this.#of(lease);
    if (worker !== undefined) worker.phase = 'draining';
    return worker !== undefined;
  }

  probed(lease: NaiveLease, unhealthy: boolean): void {
    const worker = this.#of(lease);
    if (worker !== undefined) worker.unhealthy = unhealthy;
  }

  close(lease: NaiveLease): void {
    const worker = this.#of(lease);
    if (worker === undefined) return;
    worker.closedAt ??= this.#now;
    this.#look();
  }

  release(lease: NaiveLease): void {
    for (const [instance, worker] of this.workers) if (worker.lease === lease) this.#leave(instance, 'released');
  }

  source(reachable: boolean): void {
    if (this.#deaf === !reachable) return;
    this.#deaf = !reachable;
    if (!reachable) return;
    for (const worker of this.workers.values()) {
      if (worker.closedAt !== undefined) continue;
      if (worker.deadAt !== undefined) worker.deadAt = this.#now;
      worker.heardAt = worker.suspect ? this.#now - SUSPECT : this.#now;
    }
  }

  pass(halfSeconds: number): void {
    for (let i = 0; i < halfSeconds; i++) {
      this.#now += HALF_SECOND;
      this.#look();
    }
  }

  state(instance: number): string | undefined {
    const worker = this.workers.get(instance);
    if (worker === undefined) return undefined;
    if (worker.deadAt !== undefined) return 'dead';
    return worker.suspect ? 'suspect' : worker.phase;
  }

  available(instance: number): boolean {
    return this.state(instance) === 'ready' && this.workers.get(instance)?.unhealthy === false;
  }

  #look(): void {
    for (const [instance, worker] of [...this.workers]) {
      const { closedAt, lease } = worker;
      if (closedAt !== undefined && lease !== undefined && this.#now - closedAt >= GRACE) {
        lease.end = 'lost';
        worker.lease = undefined;
      }
      if (closedAt === undefined && this.#deaf) continue;
      const silent = this.#now - worker.heardAt;
      worker.suspect = closedAt !== undefined || silent >= SUSPECT;
      const givenUp = closedAt === undefined || this.#now - closedAt >= GRACE;
      if (silent >= DEAD && givenUp) worker.deadAt ??= this.#now;
      if (worker.deadAt !== undefined && this.#now - worker.deadAt >= FORGET) this.#leave(instance, 'forgotten');
    }
  }

  #leave(instance: number, end: string): void {
    const worker = this.workers.get(instance);
    if (worker === undefined) return;
    if (worker.lease !== undefined) worker.lease.end = end;
    this.#left.set(instance, worker.epoch);
    this.workers.delete(instance);
  }

  #of(lease: NaiveLease): NaiveWorker | undefined {
    return [...this.workers.values()].find((worker) => worker.lease === lease);
  }
}
