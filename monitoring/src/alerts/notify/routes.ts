import type { AlertNotice, Severity } from './notice.ts';

/** Where alerts go whose rule names no channels. */
export interface Route {
  /** Which alerts; all when not said. */
  readonly severities?: readonly Severity[];
  /** Names of channels. */
  readonly channels: readonly string[];
}

/**
 * Names of the channels that are told: those its rule names; else those of every route its severity fits; every one when
 * there are no routes at all.
 */
export function channelsFor(
  { severity }: AlertNotice,
  named: readonly string[] | undefined,
  routes: readonly Route[],
  all: readonly string[],
): ReadonlySet<string> {
  if (named !== undefined) return new Set(named);
  if (routes.length === 0) return new Set(all);
  const fitting = routes.filter(({ severities }) => severities === undefined || severities.includes(severity));
  return new Set(fitting.flatMap(({ channels }) => channels));
}
