import type { JobRecord, JobTerms } from './job-record.ts';

/** What a job says of where it may run. */
export interface Placed extends Pick<JobRecord, 'tool'> {
  readonly terms?: Pick<JobTerms, 'route'>;
}

/**
 * Names the jobs that can run at the same places: those of one tool that ask for the same version and the same tags. Where
 * one of them finds no place, none of the others does; affinity and zone are only preferred, and part nobody.
 */
export function lineOf({ tool, terms }: Placed): string {
  const { version, tags = [] } = terms?.route ?? {};
  if (version === undefined && tags.length === 0) return tool;
  return JSON.stringify([tool, version ?? '', ...[...new Set(tags)].sort()]);
}
