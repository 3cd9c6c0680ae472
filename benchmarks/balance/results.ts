import { play, type Span } from './play.ts';
import type { Policy } from './policies.ts';
import { SCENARIOS, type Scenario, type ScenarioName } from './scenarios.ts';
import { type Figures, figures } from './tally.ts';

/** Figures of each policy in each scenario it took part in. */
export class Results {
  readonly #rows = new Map<ScenarioName, ReadonlyMap<Policy, Figures>>();

  add(scenario: ScenarioName, rows: ReadonlyMap<Policy, Figures>): void {
    this.#rows.set(scenario, rows);
  }

  /** @throws Error when the policy took no part in the scenario */
  of(scenario: ScenarioName, policy: Policy): Figures {
    const row = this.#rows.get(scenario)?.get(policy);
    if (row === undefined) throw new Error(`Cannot judge "${policy.name}" in "${scenario}": it was not played`);
    return row;
  }
}

/** Every policy of a scenario against the same traffic, once for each seed. */
export async function playAll(
  name: ScenarioName,
  span: Span,
  seeds: readonly number[],
): Promise<ReadonlyMap<Policy, Figures>> {
  const scenario: Scenario = SCENARIOS[name];
  const rows = new Map<Policy, Figures>();
  for (const policy of scenario.policies) {
    const tallies = [];
    for (const seed of seeds) tallies.push(await play(policy, scenario, span, seed));
    rows.set(policy, figures(tallies));
  }
  return rows;
}
