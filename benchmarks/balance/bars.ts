import { ADAPTIVE, AFFINE, OURS, ROUND_ROBIN } from './policies.ts';
import type { Results } from './results.ts';

/** Something this run must show. */
export interface Bar {
  readonly what: string;
  readonly wanted: string;
  readonly measured: string;
  readonly held: boolean;
}

const MIXED_ERRORS = 0.05;
const MIXED_P99_MS = 750;
const TROUBLE_ERRORS = 0.2;
const HIT_RATE = 88;
const STORM_ATTEMPTS = 1.2;

/** What the defaults of Callsheet must hold. */
export function bars(results: Results): readonly Bar[] {
  const mixed = results.of('mixed', OURS);
  const withoutBreaker = Math.min(results.of('brownOut', ROUND_ROBIN).errors, results.of('brownOut', ADAPTIVE).errors);
  const { hitRate } = results.of('affinity', AFFINE);
  const { attemptsPerCall } = results.of('storm', OURS);
  return [
    atMost('mixed fleet, errors', mixed.errors, MIXED_ERRORS, percent),
    atMost('mixed fleet, p99 of successes', mixed.p99, MIXED_P99_MS, milliseconds),
    ...(['crash', 'hang', 'failFast'] as const).map((name) =>
      atMost(`${name}, errors`, results.of(name, OURS).errors, TROUBLE_ERRORS, percent),
    ),
    atMost('brown-out, errors, beside none put out', results.of('brownOut', OURS).errors, withoutBreaker, percent),
    {
      what: 'affinity, hit rate',
      wanted: `at least ${percent(HIT_RATE)}`,
      measured: percent(hitRate),
      held: hitRate >= HIT_RATE,
    },
    atMost('every worker down, attempts a call', attemptsPerCall, STORM_ATTEMPTS, attempts),
  ];
}

function atMost(what: string, value: number, most: number, shown: (value: number) => string): Bar {
  return { what, wanted: `at most ${shown(most)}`, measured: shown(value), held: value <= most };
}

function percent(value: number): string {
  return `${value.toFixed(value < 10 ? 3 : 1)} %`;
}

function milliseconds(value: number): string {
  return `${Math.round(value)} ms`;
}

function attempts(value: number): string {
  return value.toFixed(3);
}
