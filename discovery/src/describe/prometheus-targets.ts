import type { Registry } from '../registry/registry.ts';

/** One group of what Prometheus' `http_sd_configs` reads. */
export interface TargetGroup {
  readonly targets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * The workers Prometheus may scrape: those that said where (Prometheus documentation, «HTTP service discovery»). One that is
 * suspect or dead stays until it is forgotten, so that its `up` becomes 0 instead of nothing, which no alert sees.
 *
 * What changes from minute to minute is in `__meta_` labels, which Prometheus drops after relabelling: a state as a label would
 * begin new series at every change.
 */
export function prometheusTargets(registry: Pick<Registry, 'workers'>): readonly TargetGroup[] {
  const groups: TargetGroup[] = [];
  for (const { worker } of registry.workers()) {
    const { facts, state, health, id } = worker;
    if (facts.metricsAddress === undefined) continue;
    groups.push({
      targets: [facts.metricsAddress],
      labels: {
        service: facts.name,
        worker: id,
        ...(facts.zone !== undefined && { zone: facts.zone }),
        __meta_callsheet_version: facts.version,
        __meta_callsheet_state: state,
        __meta_callsheet_health: health,
        // Between commas, so that one pattern finds a tag wherever it stands.
        __meta_callsheet_tags: facts.tags.length === 0 ? '' : `,${facts.tags.join(',')},`,
      },
    });
  }
  return groups;
}
