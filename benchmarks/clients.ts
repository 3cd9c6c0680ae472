/**
 * Our clients beside the peers a developer would otherwise take, and beside raw ws: how fast they call, how they come back,
 * what becomes of calls in flight at a drop, what they cost to download and to keep. Servers and clients are processes of
 * their own on different cores; figures are medians of rounds in which every candidate had its turn, ratios are of one round.
 *
 * `npm run bench clients`; with `-- --quick` shorter rounds, with `-- --only=rates,page` some parts only, with `-- --markdown`
 * the tables of the documentation. Ends with what must hold; bars of speed depend on the machine and do not fail the run,
 * a part that cannot be measured does.
 */
import { aborts } from './clients/aborts.ts';
import type { Part } from './clients/bars.ts';
import { endings } from './clients/endings.ts';
import { headOfLine } from './clients/head-of-line.ts';
import { memory } from './clients/memory.ts';
import { pageRates } from './clients/page.ts';
import { pool } from './clients/pool.ts';
import { gatewayRates, rates } from './clients/rates.ts';
import { reconnects } from './clients/reconnects.ts';
import { sizes } from './clients/sizes.ts';
import { markdown } from './clients/tables.ts';

const PARTS: Readonly<Record<string, (quick: boolean) => Promise<Part>>> = {
  rates,
  gateway: gatewayRates,
  page: pageRates,
  reconnects,
  pool,
  aborts,
  'head-of-line': headOfLine,
  sizes,
  memory,
  endings,
};

const quick = process.argv.includes('--quick');
const only = process.argv.find((argument) => argument.startsWith('--only='))?.slice('--only='.length);
const names = only?.split(',') ?? Object.keys(PARTS);
const unknown = names.find((name) => PARTS[name] === undefined);
if (unknown !== undefined) {
  console.error(`Cannot measure "${unknown}"; there are: ${Object.keys(PARTS).join(', ')}`);
  process.exit(2);
}

const found: Part[] = [];
console.log(`Node ${process.version}`);
for (const name of names) {
  try {
    const part = await PARTS[name]?.(quick);
    if (part === undefined) continue;
    found.push(part);
    console.log(part.title);
    console.table(part.rows);
  } catch (error) {
    console.error(`Cannot measure "${name}":`, error);
    process.exitCode = 1;
  }
}
console.log('what must hold');
console.table(found.flatMap(({ bars }) => bars));
if (process.argv.includes('--markdown')) console.log(markdown(found));
// What a part that failed has left behind must not keep this process.
process.exit();
