import type { Cluster, WorkerStanding } from '@callsheet/discovery';
import type { Readings } from '@callsheet/monitoring';
import type { Doors } from '../doors/open-doors.ts';
import type { Traffic } from '../session/traffic.ts';
import type { Storage } from '../storage.ts';
import type { Workshop } from '../workshop.ts';
import { Totals } from './totals.ts';

export interface ReadingsParts {
  readonly workshop: Pick<Workshop, 'catalogue' | 'cluster' | 'keyed'>;
  readonly storage: Pick<Storage, 'census' | 'assets'>;
  readonly traffic: Traffic;
  /** Open later than everything else. */
  readonly doors: () => Pick<Doors, 'connections' | 'unread'> | undefined;
  readonly audit: { readonly counts: { readonly records: number; readonly failed: number } } | undefined;
  readonly log: Readings['log'];
}

type Breaker = ReturnType<NonNullable<Readings['breakers']>>[number];
type Service = ReturnType<NonNullable<Readings['services']>>[number];

/** Names of breakers whose refusals are remembered when nobody of that name is there. */
const MOST_NAMES = 400;
const NOTHING_UNREAD = { sum: 0, max: 0, slow: 0 };

/** What this gateway knows of itself and tells when somebody looks. */
export function readingsOf({ workshop, storage, traffic, doors, audit, log }: ReadingsParts): Readings {
  const { catalogue, cluster, keyed } = workshop;
  return {
    tools: toolsOf(catalogue, cluster),
    connections: () => [{ transport: 'websocket', count: doors()?.connections ?? 0 }],
    unread: () => doors()?.unread ?? NOTHING_UNREAD,
    traffic: () => traffic,
    jobs: () => storage.census.list(),
    services: () => servicesOf(cluster.standings()),
    active: () => cluster.active(),
    picks: picksOf(cluster),
    breakers: breakersOf(cluster),
    caches: () => [{ cache: 'idempotency', ...keyed.kept }],
    media: () => storage.assets.usage.list(),
    ...(audit !== undefined && { audit: () => audit.counts }),
    ...(log !== undefined && { log }),
  };
}

/** Asked for every call: made anew only when some worker has come, gone or changed. */
function toolsOf(
  catalogue: Pick<Workshop['catalogue'], 'list'>,
  { registry }: Pick<Cluster, 'registry'>,
): NonNullable<Readings['tools']> {
  let revision = -1;
  let tools: ReturnType<NonNullable<Readings['tools']>> = new Map();
  return () => {
    const now = registry.catalogue.revision;
    if (now === revision) return tools;
    revision = now;
    tools = new Map(catalogue.list().map(({ name, execution }) => [name, { execution }]));
    return tools;
  };
}

/** Workers of one name and state together: their number, and the calls they have. */
function servicesOf(workers: Iterable<WorkerStanding>): readonly Service[] {
  const rows = new Map<string, { service: string; state: Service['state']; instances: number; inFlight: number }>();
  for (const worker of workers) {
    const state = stateOf(worker);
    const key = `${state} ${worker.name}`;
    const row = rows.get(key) ?? { service: worker.name, state, instances: 0, inFlight: 0 };
    row.instances += 1;
    row.inFlight += worker.calls;
    rows.set(key, row);
  }
  return [...rows.values()];
}

function stateOf({ state, health }: WorkerStanding): Service['state'] {
  if (state === 'draining') return 'draining';
  if (state === 'joining') return 'probing';
  return state === 'ready' && health !== 'unhealthy' ? 'up' : 'down';
}

/** What workers of one name were sent, those who have left included. */
function picksOf(cluster: Pick<Cluster, 'standings' | 'strategy'>): NonNullable<Readings['picks']> {
  const totals = new Totals(MOST_NAMES);
  return () => {
    totals.follow(Array.from(cluster.standings(), ({ id, name, picks }) => ({ id, name, total: picks })));
    return Array.from(totals.byName, ([service, picks]) => ({ service, strategy: cluster.strategy, picks }));
  };
}

/**
 * One row for those who share a name: the worst state, because operators look for what is wrong, and what was kept from all of
 * them, those who have left included.
 */
function breakersOf(cluster: Pick<Cluster, 'standings'>): NonNullable<Readings['breakers']> {
  const rejected = new Totals(MOST_NAMES);
  return () => {
    const worst = new Map<string, Breaker['state']>();
    const workers = [...cluster.standings()];
    rejected.follow(workers.map(({ id, name, diverted }) => ({ id, name, total: diverted })));
    for (const { name, guard } of workers) {
      const before = worst.get(name);
      if (before === 'open' || (before === 'half_open' && guard !== 'open')) continue;
      worst.set(name, guard === 'half-open' ? 'half_open' : guard);
    }
    return Array.from(worst, ([breaker, state]) => ({ breaker, state, rejected: rejected.byName.get(breaker) ?? 0 }));
  };
}
