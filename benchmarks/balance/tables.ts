import { EVERY, type Policy } from './policies.ts';
import type { Results } from './results.ts';
import { SCENARIOS, type Scenario, type ScenarioName } from './scenarios.ts';
import type { Figures } from './tally.ts';

/** What one scenario came to, for console.table. */
export function rowsOf(rows: ReadonlyMap<Policy, Figures>): Record<string, string | number>[] {
  return [...rows].map(([{ name }, { errors, p50, p99, attemptsPerCall, hitRate }]) => ({
    policy: name,
    'errors %': Number(errors.toFixed(3)),
    'p50 ms': whole(p50),
    'p99 ms': whole(p99),
    'attempts a call': Number(attemptsPerCall.toFixed(3)),
    ...(hitRate > 0 && { 'hit rate %': Number(hitRate.toFixed(1)) }),
  }));
}

/** Where nothing succeeded there is none. */
function whole(ms: number): number | string {
  return Number.isNaN(ms) ? '–' : Math.round(ms);
}

/** Every policy in every scenario all of them took part in, as a table for the documentation. */
export function markdown(results: Results): string {
  const names = (Object.keys(SCENARIOS) as ScenarioName[]).filter((name) => {
    const scenario: Scenario = SCENARIOS[name];
    return scenario.policies === EVERY;
  });
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const cell = ({ errors, p99 }: Figures): string =>
    `${errors.toFixed(errors < 1 ? 2 : 1)} / ${Math.round(p99).toLocaleString('en')}`;
  return [
    line(['errors in % / p99 of successes in ms', ...names.map((name) => SCENARIOS[name].name)]),
    `|${'---|'.repeat(names.length + 1)}`,
    ...EVERY.map((policy) => line([policy.name, ...names.map((name) => cell(results.of(name, policy)))])),
  ].join('\n');
}
