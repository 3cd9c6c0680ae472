/**
 * Our clients beside the peers a developer would otherwise take, and beside raw ws: how fast they call, how they come back,
 * what becomes of calls in flight at a drop, what they cost to download and to keep. Servers and clients are processes of
 * their own on different cores; figures are medians of rounds in which every candidate had its turn, ratios are of one round.
 *
 * `npm run bench clients`; with `-- --quick` shorter rounds, with `-- --only=rates,page` some parts only, with `-- --markdown`
 * the tables of the documentation. Ends with what must hold; bars of speed depend on the machine and do not fail the run.
 */
import type { Part } from './clients/bars.ts';
import { gatewayRates, rates } from './clients/rates.ts';
import { markdown } from './clients/tables.ts';

const PARTS: Readonly<Record<string, (quick: boolean) => Promise<Part>>> = {
  rates,
  gateway: gatewayRates,
};

const quick = process.argv.includes('--quick');
const only = process.argv.find((argument) => argument.startsWith('--only='))?.slice('--only='.length);
const names = only?.split(',') ?? Object.keys(PARTS);
const found: Part[] = [];
for (const name of names) {
  const measure = PARTS[name];
  if (measure === undefined) throw new Error(`there is no part "${name}"; there are: ${Object.keys(PARTS).join(', ')}`);
  const part = await measure(quick);
  found.push(part);
  console.log(part.title);
  console.table(part.rows);
}
console.log('what must hold');
console.table(found.flatMap(({ bars }) => bars));
if (process.argv.includes('--markdown')) console.log(markdown(found));
