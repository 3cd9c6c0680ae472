import type { CatalogueEntry } from '../catalogue/catalogue.ts';
import type { Health, WorkerState } from '../health/state.ts';
import type { Registry, WorkerReport } from '../registry/registry.ts';

/** One worker as `services/list` shows it: neither its instance id nor its owner nor its link. */
export interface ServiceRow {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly state: WorkerState;
  readonly health: Health;
  /** True when new calls may go there, as far as the registry knows. */
  readonly available: boolean;
  readonly connected: boolean;
  readonly epoch: number;
  readonly slots: number;
  readonly weight: number;
  readonly tags: readonly string[];
  readonly zone: string | null;
  /** Milliseconds since it was last heard. */
  readonly heardMsAgo: number;
  /** Calls in flight by its own count, as of its last heartbeat; null when it never said. */
  readonly inFlight: number | null;
  /** Calls this gateway has there now. */
  readonly calls: number;
  readonly tools: readonly { readonly name: string; readonly version: string }[];
}

/** One tool as `services/list` shows it. */
export interface ServiceTool {
  readonly name: string;
  /** Of whom a call without a match goes to. */
  readonly version: string;
  readonly schemaHash: string;
  /** Every version somebody offers, in the order they came. */
  readonly versions: readonly string[];
  readonly workers: number;
  /** Those among them that may be picked for a call without a match. */
  readonly available: number;
}

/** The answer of `services/list`. */
export interface ServiceList {
  readonly revision: number;
  /** True when the registry cannot hear of changes now, and shows the last it knows. */
  readonly stale: boolean;
  readonly workers: readonly ServiceRow[];
  readonly tools: readonly ServiceTool[];
}

/** Everything the registry knows that anybody may see. Costs a walk over the fleet. `callsAt`: calls a worker has from here. */
export function serviceList(
  registry: Pick<Registry, 'catalogue' | 'workers'>,
  callsAt: (workerId: string) => number = () => 0,
): ServiceList {
  const { catalogue } = registry;
  const tools: ServiceTool[] = [];
  for (const name of catalogue.tools) {
    const row = toolRow(name, catalogue.entry(name));
    if (row !== undefined) tools.push(row);
  }
  return {
    revision: catalogue.revision,
    stale: catalogue.stale,
    workers: [...registry.workers()].map((report) => serviceRow(report, callsAt(report.worker.id))),
    tools: tools.sort((one, other) => (one.name < other.name ? -1 : 1)),
  };
}

function serviceRow({ worker, heardMsAgo, inFlight }: WorkerReport, calls: number): ServiceRow {
  const { facts, tools } = worker;
  return {
    id: worker.id,
    name: facts.name,
    version: facts.version,
    state: worker.state,
    health: worker.health,
    available: worker.available,
    connected: worker.connected,
    epoch: facts.epoch,
    slots: facts.slots,
    weight: facts.weight,
    tags: facts.tags,
    zone: facts.zone ?? null,
    heardMsAgo: Math.round(heardMsAgo),
    inFlight: inFlight ?? null,
    calls,
    tools: tools.map(({ name, version }) => ({ name, version })),
  };
}

function toolRow(name: string, entry: CatalogueEntry | undefined): ServiceTool | undefined {
  const usual = entry?.usual;
  if (entry === undefined || usual === undefined) return undefined;
  return {
    name,
    version: usual.tool.version,
    schemaHash: usual.tool.schemaHash,
    versions: [...new Set(entry.endpoints.map(({ tool }) => tool.version))],
    workers: entry.endpoints.length,
    available: usual.endpoints.length,
  };
}
