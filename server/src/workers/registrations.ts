import { randomBytes } from 'node:crypto';
import type { EndpointCall, HealthChecker, JobTicket, Lease, LeaseEnd, Registry } from '@callsheet/discovery';
import {
  CallError,
  CLOSE_CODES,
  type HeldWork,
  isJsonObject,
  type JsonObject,
  type Principal,
  type RegisterParams,
  type RegisterResult,
} from '@callsheet/protocol';
import type { Clock } from '../clock.ts';
import { Gcra, GcraCell } from '../limits/gcra.ts';
import type { Session } from '../session/session.ts';
import type { NoveltyBudget } from './novelty-budget.ts';
import { Registration } from './registration.ts';
import type { RequestIds } from './request-ids.ts';
import type { ReturningJobs } from './returning-jobs.ts';
import { boundSchemas } from './schema-bounds.ts';
import { SocketLink } from './socket-link.ts';
import { WorkReports } from './work-reports.ts';

export interface RegistrationsParts {
  readonly registry: Pick<Registry, 'register' | 'listen'>;
  /** Probes each worker over its own socket; nobody is probed when absent. */
  readonly health?: Pick<HealthChecker, 'add'> | undefined;
  readonly ids: RequestIds;
  readonly clock: Pick<Clock, 'now' | 'monotonic' | 'after'>;
  /** What is new costs its owner; nobody pays when absent. */
  readonly budget?: Pick<NoveltyBudget, 'spend'> | undefined;
  /** Whether somebody may offer a tool of this name, and this house would serve it. */
  readonly mayOffer: (principal: Principal, tool: string) => boolean;
  /** Compiles what a registration brings. @throws CallError INVALID_PARAMS for a schema that is none */
  readonly checkTools: (tools: readonly JsonObject[]) => void;
  readonly returning: ReturningJobs;
  /** Told to the worker; the registry counts. */
  readonly graceMs: number;
  readonly keepJobsMs: number;
  /** See {@link SocketLink}. */
  readonly abandonMs?: number;
  /** Runs its argument after the answer at hand; `queueMicrotask` when not said. */
  readonly defer?: (work: () => void) => void;
  /** The `workKey` of a registration: 128 bits nobody can guess. */
  readonly newKey?: () => string;
  /** Takes secrets out of names workers give themselves and their providers: everybody may read them. None when not said. */
  readonly redact?: (text: string) => string;
}

/** Registrations on one connection: whoever loads and unloads tools is at peace, and whoever only registers is held up. */
const RATE = new Gcra({ calls: 60, windowMs: 60_000, burst: 59 });

/** The workers that registered on sessions of this gateway. */
export class Registrations {
  readonly #parts: RegistrationsParts;
  readonly #bySession = new WeakMap<Session, Registration>();
  readonly #byKey = new Map<string, Registration>();
  readonly #keys = new WeakMap<SocketLink, string>();
  readonly #paces = new WeakMap<Session, GcraCell>();
  /** One for all workers: what they name is bounded together. */
  readonly #reports: WorkReports;

  constructor(parts: RegistrationsParts) {
    this.#parts = parts;
    this.#reports = new WorkReports(() => parts.clock.now(), parts.redact);
    parts.registry.listen((change) => {
      if (change.type !== 'changed') return;
      const { worker, before } = change;
      if (worker.state === 'dead' && before.state !== 'dead' && worker.link instanceof SocketLink) worker.link.silent();
    });
  }

  /** Registrations whose leases have not ended. */
  get size(): number {
    return this.#byKey.size;
  }

  /**
   * Takes a worker in, anew or as the next epoch of itself. Nothing is changed before everything is checked.
   *
   * @throws CallError FORBIDDEN for a tool its role or its scopes do not name as `offer/<tool>`, or this house does not serve;
   * CONFLICT for a second instance on one session, and what the registry refuses; INVALID_PARAMS for facts, tools and schemas
   * ({@link boundSchemas} says which are accepted); RATE_LIMITED for too many on one connection, or too much that is new.
   */
  register(session: Session, { worker: said, tools, holds = [] }: RegisterParams): RegisterResult {
    const { health, graceMs, keepJobsMs, redact = same, defer = queueMicrotask } = this.#parts;
    const worker = typeof said.name === 'string' ? { ...said, name: redact(said.name) } : said;
    const { instanceId } = worker;
    this.#refuseHaste(session);
    this.#refuseSecond(session, instanceId);
    this.#refuseUnfit(session.principal, tools);
    const { ids, clock, abandonMs } = this.#parts;
    const link = new SocketLink({ session, ids, clock, abandonMs, name: String(worker.name), reports: this.#reports });
    const lease = this.#lease(session.principal.id, { worker, tools }, link);
    const earlier = lease.resumes instanceof SocketLink ? lease.resumes : undefined;
    const workKey = this.#keyOf(earlier);
    const names = tools.map(({ name }) => String(name));
    const registration = new Registration({ session, lease, link, instanceId, workKey, tools: names });
    this.#enter(registration);
    const held = new Map(holds.map((work) => [work.id, work]));
    const wanted = earlier?.moveTo(link, held) ?? [];
    for (const id of wanted) held.delete(id);
    for (const id of this.#takeBack(lease, link, held)) wanted.push(id);
    for (const id of held.keys()) link.dismiss(id);
    health?.add(lease, (signal) => link.ping(signal));
    defer(() => link.begin());
    const { workerId, epoch, heartbeatMs } = lease;
    return { workerId, epoch, heartbeatMs, graceMs, keepJobsMs, wanted, workKey };
  }

  /** What is registered on this session. @throws CallError CONFLICT when nothing is */
  of(session: Session): Registration {
    const registration = this.#bySession.get(session);
    if (registration !== undefined) return registration;
    throw new CallError(
      'CONFLICT',
      'Cannot do this: no worker is registered on this connection; send services/register first',
    );
  }

  /**
   * The registration a key names, when it is this principal's. Of a worker this gateway dialled the key is all there is to show:
   * nobody ever gave it a credential for here.
   */
  byKey(workKey: string, principal: Principal | undefined): Registration | undefined {
    const registration = this.#byKey.get(workKey);
    const identity = registration?.facts.session.identity;
    if (identity === undefined) return undefined;
    return identity.means === 'dialled' || identity.principal.id === principal?.id ? registration : undefined;
  }

  /** Ends the registrations of those who may not offer any more what they do: rights changed. */
  review(): void {
    for (const { facts } of [...this.#byKey.values()]) {
      const { session, lease, tools } = facts;
      const owner = session.identity?.principal;
      if (owner !== undefined && tools.every((tool) => this.#parts.mayOffer(owner, tool))) continue;
      lease.release('it may not offer its tools any more');
      session.close(CLOSE_CODES.FORBIDDEN.code, 'may not offer its tools any more');
    }
  }

  #lease(owner: string, { worker, tools }: Pick<RegisterParams, 'worker' | 'tools'>, link: SocketLink): Lease {
    const { registry, checkTools, budget } = this.#parts;
    const take = (): Lease => {
      boundSchemas(tools);
      checkTools(tools);
      return registry.register(worker, tools, link, { owner });
    };
    return budget === undefined ? take() : budget.spend(owner, take);
  }

  #refuseHaste(session: Session): void {
    const pace = this.#paces.get(session) ?? new GcraCell(RATE);
    this.#paces.set(session, pace);
    const retryAfterMs = pace.take(this.#parts.clock.monotonic());
    if (retryAfterMs === 0) return;
    throw new CallError(
      'RATE_LIMITED',
      `Cannot register more than ${RATE.rate.calls} times in a minute on one connection; wait ${retryAfterMs} ms`,
      { retryAfterMs },
    );
  }

  #refuseSecond(session: Session, instanceId: string): void {
    const known = this.#bySession.get(session);
    if (known === undefined || known.facts.instanceId === instanceId) return;
    throw new CallError(
      'CONFLICT',
      'Cannot register a second worker on one connection; open another, or register the same instance with a higher epoch',
    );
  }

  /** Names that are none are told by the registry, which reads everything else as well. */
  #refuseUnfit(principal: Principal, tools: readonly JsonObject[]): void {
    for (const { name } of tools.filter(isJsonObject)) {
      if (typeof name !== 'string' || this.#parts.mayOffer(principal, name)) continue;
      throw new CallError(
        'FORBIDDEN',
        `Cannot offer the tool "${name.slice(0, 64)}": the role or the credential does not allow "offer/${name.slice(0, 64)}", ` +
          'or the settings of this gateway leave the tool out',
      );
    }
  }

  /** A worker that comes back keeps its key: what it is sending meanwhile still arrives. */
  #keyOf(earlier: SocketLink | undefined): string {
    const { newKey = () => randomBytes(16).toString('base64url') } = this.#parts;
    return (earlier && this.#keys.get(earlier)) ?? newKey();
  }

  #enter(registration: Registration): void {
    const { session, lease, link, workKey } = registration.facts;
    this.#keys.set(link, workKey);
    const known = this.#byKey.get(workKey);
    if (known !== undefined && known.facts.session !== session) known.facts.session.counterpart = undefined;
    this.#bySession.set(session, registration);
    this.#byKey.set(workKey, registration);
    session.counterpart = registration;
    const forget = session.onEnd((code) => registration.ended(code));
    lease.onEnd((end: LeaseEnd) => {
      forget();
      if (end !== 'resumed') this.#byKey.delete(workKey);
    });
  }

  /** Offers to whoever knows the jobs what is left of the held work, and takes out of it what is wanted. */
  #takeBack({ workerId }: Lease, link: SocketLink, held: Map<string, HeldWork>): readonly string[] {
    const byTicket = new Map<string, { readonly id: string; readonly job: JobTicket }>();
    for (const { id, job } of held.values()) {
      if (job !== undefined && !byTicket.has(nameOf(job))) byTicket.set(nameOf(job), { id, job });
    }
    const jobs = [...byTicket.values()];
    for (const { id } of jobs) link.expect(id);
    const returned = jobs.map(({ id, job }) => ({ job, run: (call: EndpointCall) => link.adopt(id, call) }));
    const wanted = this.#parts.returning.returned(workerId, returned);
    const ids = wanted.flatMap((job) => byTicket.get(nameOf(job))?.id ?? []);
    for (const id of ids) held.delete(id);
    return ids;
  }
}

function nameOf({ id, attempt }: JobTicket): string {
  return `${id} ${attempt}`;
}

function same(text: string): string {
  return text;
}
