import { CallError } from '@callsheet/protocol';

/** Why an attempt ended at a worker without an end of the job: it was lost while it ran, or refused before it did. */
export type Setback = 'lost' | 'refused';

/**
 * What an error from a worker outside means for the job; undefined when it is the tool's own word, and the job has failed.
 * The tool and its host use the same error table, so whoever `spoke` (told of progress, asked for what it remembered) was not
 * refused, and an answer that a provider is away is not the loss of a worker.
 */
export function setbackOf(error: unknown, spoke: boolean): Setback | undefined {
  if (!CallError.is(error)) return undefined;
  const { maybeExecuted } = error.facts;
  const ran = spoke || maybeExecuted === true;
  switch (error.errorName) {
    case 'UPSTREAM_ERROR':
      if (maybeExecuted === undefined) return undefined;
      return ran ? 'lost' : 'refused';
    case 'DRAINING':
      return ran ? 'lost' : 'refused';
    case 'UNAVAILABLE':
    case 'OVERLOADED':
      if (maybeExecuted === true) return 'lost';
      return spoke ? undefined : 'refused';
    default:
      return undefined;
  }
}
