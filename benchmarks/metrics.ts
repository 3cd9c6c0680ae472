/**
 * What counting costs, beside prom-client and OpenTelemetry's metrics, in one run and one process, each in turn; what a
 * scrape takes; what a million junk names leave behind; and what observing costs a whole gateway.
 *
 * `npm run bench metrics`; with `-- --quick` shorter rounds, with `-- --markdown` the tables of the documentation. Bars of
 * time depend on the machine and do not fail the run.
 */
import { availableParallelism } from 'node:os';
import { markdown } from './clients/tables.ts';
import { callsheet } from './metrics/callsheet.ts';
import { instrumentation } from './metrics/instrumentation.ts';
import { junk } from './metrics/junk.ts';
import { openTelemetry } from './metrics/opentelemetry.ts';
import { operations } from './metrics/operations.ts';
import { promClient } from './metrics/prom-client.ts';
import { scrapes } from './metrics/scrapes.ts';

const quick = process.argv.includes('--quick');
const candidates = [callsheet(), promClient(), openTelemetry()];
console.log(`Node ${process.version}, ${availableParallelism()} processors`);
// Junk first: what the others leave for the collector would be measured as its own. Whole gateways last: this process keeps
// to one core from then on.
const parts = [
  junk(),
  operations(candidates, quick),
  await scrapes(candidates, quick),
  ...(await instrumentation(quick)),
];
for (const { title, rows } of parts) {
  console.log(title);
  console.table(rows);
}
console.log('what must hold');
console.table(parts.flatMap(({ bars }) => bars));
if (process.argv.includes('--markdown')) console.log(markdown(parts));
