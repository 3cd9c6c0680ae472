import { CallError, type ToolLog } from '@callsheet/protocol';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Worker } from '../catalogue/worker.ts';
import type { Clock } from '../clock.ts';
import type { WorkerLink } from '../worker.ts';
import { longestDead, refuseStranger } from './admission.ts';
import { Bulletin } from './bulletin.ts';
import type { Change } from './change.ts';
import { EpochMemory } from './epoch-memory.ts';
import { type Lease, type LeaseDesk, type LeaseEnd, OpenLease } from './lease.ts';
import { Offers } from './offers.ts';
import { type RegistryOptions, type RegistryRules, registryRules } from './options.ts';
import { readFacts } from './read-facts.ts';
import { readStatus } from './read-status.ts';
import { readTools } from './read-tools.ts';
import { type Registration, WorkerRecord } from './worker-record.ts';

export interface RegistryParts {
  /** A timing wheel, when there are more than a few workers. */
  readonly clock: Clock;
  readonly log: Pick<ToolLog, 'warn'>;
  readonly options?: RegistryOptions;
}

export interface RegisterOptions {
  /** Who registers: the id of a principal. Nobody else can register the instance again. */
  readonly owner?: string;
  /** False for whoever cannot fall silent, such as a function in this process; true when not said. */
  readonly heartbeats?: boolean;
}

/** A worker with what only the registry knows of it, for lists. */
export interface WorkerReport {
  readonly worker: Worker;
  readonly heardMsAgo: number;
  /** Calls in flight by the worker's own count. */
  readonly inFlight: number | undefined;
}

/**
 * Who is there to do the work. A worker's session is its registration: it says once what it offers, then a heartbeat now and
 * then, and is suspect the moment its connection closes. Silence never ends a call in flight: busy is not dead.
 */
export class Registry {
  readonly #clock: Clock;
  readonly #rules: RegistryRules;
  readonly #log: RegistryParts['log'];
  /** By instance id. */
  readonly #records = new Map<string, WorkerRecord>();
  readonly #epochs = new EpochMemory();
  readonly #offers = new Offers();
  readonly #bulletin: Bulletin;
  #closed = false;

  /** @throws RangeError when the options are out of order. */
  constructor({ clock, log, options }: RegistryParts) {
    this.#clock = clock;
    this.#log = log;
    this.#rules = registryRules(options);
    this.#bulletin = new Bulletin((error) => this.#failed(error));
  }

  /** A snapshot; the same one until something changes. */
  get catalogue(): Catalogue {
    return this.#bulletin.catalogue;
  }

  /** Workers, dead ones included. */
  get size(): number {
    return this.#records.size;
  }

  /** Of all tools nobody offered in the same words when they came, since the start. */
  get charactersDefined(): number {
    return this.#offers.charactersDefined;
  }

  *workers(): Iterable<WorkerReport> {
    const now = this.#clock.monotonic();
    for (const { worker, heardAt, inFlight, registration } of this.#records.values()) {
      // Whoever cannot fall silent is always heard.
      yield { worker, heardMsAgo: registration.heartbeats ? now - heardAt : 0, inFlight };
    }
  }

  /** Calls back for every change from now on, in order, when the catalogue knows of it. The answer ends it. */
  listen(listener: (change: Change) => void): () => void {
    return this.#bulletin.listen(listener);
  }

  /**
   * Takes a worker in, as it introduces itself. When its instance is known and its connection is open, or was lost within the
   * grace, it goes on where it was: same phase, calls in flight kept. Else it is joining until its first heartbeat.
   *
   * @throws CallError INVALID_PARAMS when facts or tools are wrong; CONFLICT when the epoch is not above the last, the instance
   * belongs to somebody else, or a version of a tool is known with other schemas; OVERLOADED when there are too many workers;
   * DRAINING when the registry is closed.
   */
  register(facts: unknown, tools: unknown, link: WorkerLink, options: RegisterOptions = {}): Lease {
    if (this.#closed) throw new CallError('DRAINING', 'Cannot register the worker: the gateway is going down');
    const { owner = '', heartbeats = true } = options;
    const read = readFacts(facts);
    const known = this.#records.get(read.instanceId);
    refuseStranger(read, owner, known, this.#epochs.newest(read.instanceId));
    const listed = readTools(tools, read.version);
    if (known === undefined && this.#records.size >= this.#rules.maxWorkers) {
      this.#remove(longestDead(this.#records.values(), this.#rules.maxWorkers), 'forgotten', 'its place was needed');
    }
    const offered = this.#offers.take(listed, known?.lease === undefined ? [] : known.registration.tools);
    this.#epochs.forget(read.instanceId);
    const registration = { facts: read, tools: offered, link, heartbeats };
    return known === undefined ? this.#takeIn(owner, registration) : this.#takeBack(known, registration);
  }

  /**
   * Whatever carries the heartbeats here cannot be reached. Until it is back, silence means nothing: the last snapshot stays,
   * marked as stale. A closed connection still counts, for that is known first hand.
   */
  sourceLost(reason: string): void {
    if (!this.#bulletin.stale && !this.#closed) this.#bulletin.source(true, reason);
  }

  /** It is back. Everybody has the full time to be heard, from where they were: alive, suspect or dead. */
  sourceBack(): void {
    if (!this.#bulletin.stale || this.#closed) return;
    this.#bulletin.source(false, 'the source can be reached again');
    const now = this.#clock.monotonic();
    for (const record of this.#records.values()) {
      record.excuse(now, this.#rules);
      this.#watch(record, now);
    }
  }

  /** Ends every lease and takes back every deadline. The last snapshot stays readable. */
  close(): void {
    this.#closed = true;
    this.#bulletin.close();
    const records = [...this.#records.values()];
    this.#records.clear();
    for (const { cancelLook } of records) cancelLook?.();
    for (const tell of records.map(({ lease }) => lease?.finish('closed'))) tell?.();
  }

  #takeIn(owner: string, registration: Registration): Lease {
    const record = new WorkerRecord(owner, registration, this.#clock.monotonic());
    this.#records.set(registration.facts.instanceId, record);
    const lease = this.#lease(record, undefined);
    this.#watch(record, record.heardAt);
    this.#bulletin.registered(record.worker, undefined, false);
    return lease;
  }

  #takeBack(record: WorkerRecord, registration: Registration): Lease {
    const { registration: earlier, lease: ended, worker: before } = record;
    const tellEnd = ended?.finish('resumed');
    const now = this.#clock.monotonic();
    record.registration = registration;
    if (ended === undefined) record.beginAnew();
    record.connectedAt(now);
    const lease = this.#lease(record, ended === undefined ? undefined : earlier.link);
    record.worker = record.picture();
    this.#watch(record, now);
    this.#offers.forget(earlier.tools);
    this.#bulletin.registered(record.worker, before, ended !== undefined);
    tellEnd?.();
    return lease;
  }

  #lease(record: WorkerRecord, resumes: WorkerLink | undefined): OpenLease {
    const { epoch, name } = record.registration.facts;
    const { heartbeatMs } = this.#rules;
    const lease = new OpenLease({ workerId: record.id, name, epoch, heartbeatMs, resumes }, this.#desk(record));
    record.lease = lease;
    return lease;
  }

  #desk(record: WorkerRecord): LeaseDesk {
    return {
      readyMsAgo: () => (record.readyAt === undefined ? undefined : this.#clock.monotonic() - record.readyAt),
      heard: () => this.#heard(record),
      renew: (status) => {
        // Sent before its connection closed, and read after.
        if (record.lostAt !== undefined) return;
        const { ready, inFlight } = readStatus(status);
        if (record.phase !== 'draining') record.phase = ready ? 'ready' : 'joining';
        record.inFlight = inFlight;
        this.#heard(record);
        record.readyAt = ready ? record.heardAt : undefined;
        this.#refresh(record, 'its heartbeat says so');
      },
      drain: () => {
        record.phase = 'draining';
        this.#refresh(record, 'it drains');
      },
      reportHealth: (health, reason) => {
        record.health = health;
        this.#refresh(record, reason);
      },
      disconnected: () => {
        if (record.lostAt !== undefined) return;
        record.lostAt = this.#clock.monotonic();
        this.#look(record, 'its connection closed');
      },
      release: (reason) => this.#remove(record, 'released', reason),
      failed: (error) => this.#failed(error),
    };
  }

  #heard(record: WorkerRecord): void {
    if (record.lostAt !== undefined) return;
    const now = this.#clock.monotonic();
    const { liveness } = record;
    record.connectedAt(now);
    // Whoever is alive is looked at when the silence could have become too long, not at every word.
    if (liveness === 'alive') return;
    this.#watch(record, now);
    this.#refresh(record, 'it was heard again');
  }

  #look(record: WorkerRecord, reason = 'it is silent'): void {
    const now = this.#clock.monotonic();
    const tellEnd = record.graceIsOver(now, this.#rules) ? this.#lose(record) : undefined;
    const { stale } = this.#bulletin;
    record.look(now, this.#rules, stale);
    if (record.isForgotten(now, this.#rules, stale)) {
      this.#remove(record, 'forgotten', 'it was dead for long enough');
    } else {
      this.#watch(record, now);
      this.#refresh(record, reason);
    }
    tellEnd?.();
  }

  #watch(record: WorkerRecord, now: number): void {
    record.cancelLook?.();
    const ms = record.nextLook(now, this.#rules, this.#bulletin.stale);
    record.cancelLook = ms === undefined ? undefined : this.#clock.after(ms, () => this.#look(record));
  }

  #lose(record: WorkerRecord): (() => void) | undefined {
    const { lease, registration } = record;
    if (lease === undefined) return undefined;
    record.lease = undefined;
    this.#offers.unclaim(registration.tools);
    return lease.finish('lost');
  }

  #remove(record: WorkerRecord, end: LeaseEnd, reason: string): void {
    const { registration, lease, worker } = record;
    const { instanceId, epoch } = registration.facts;
    const tellEnd = lease?.finish(end);
    record.cancelLook?.();
    this.#records.delete(instanceId);
    this.#epochs.remember(instanceId, epoch);
    if (lease !== undefined) this.#offers.unclaim(registration.tools);
    this.#offers.forget(registration.tools);
    // Before the end is told: whoever registers again because of it must come after this in the news.
    this.#bulletin.left(worker, reason);
    tellEnd?.();
  }

  #refresh(record: WorkerRecord, reason: string): void {
    const { worker: before } = record;
    const worker = record.picture();
    const same =
      worker.state === before.state && worker.health === before.health && worker.connected === before.connected;
    if (same) return;
    record.worker = worker;
    this.#bulletin.changed(worker, before, reason);
  }

  #failed(error: unknown): void {
    this.#log.warn({ fault: String(error) }, 'a listener to the registry threw');
  }
}
