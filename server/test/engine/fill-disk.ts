/** Writes jobs until the disk is full (`fill-disk.ts <data directory>`), makes room, writes one more, and tells how it went. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { CallError } from '@callsheet/protocol';
import { systemClock } from '../../src/clock.ts';
import { openEmbeddedEngine } from '../../src/engine/embedded/open.ts';
import { Ledger } from '../../src/jobs/ledger.ts';
import { ada } from '../jobs/house.ts';
import { keptLog } from '../kept-log.ts';

const engine = await openEmbeddedEngine({ dataDir: process.argv[2] ?? '', log: keptLog() });
const ledger = new Ledger(engine, { clock: systemClock, random: randomBytes });
const limitFiles = (size: string): void => {
  execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${size}:unlimited`]);
};
const submit = (): Promise<unknown> =>
  ledger.submit({ principal: ada, tool: 'film', args: { text: 'x'.repeat(20_000) }, project: 'p' });
const stored = (): unknown => engine.prepare('SELECT count(*) AS count FROM jobs').get()?.count;

limitFiles('1000000');
let accepted = 0;
let refused: string[] = [];
while (refused.length === 0) {
  const outcomes = await Promise.allSettled([submit(), submit(), submit()]);
  accepted += outcomes.filter(({ status }) => status === 'fulfilled').length;
  refused = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [CallError.from(outcome.reason).errorName] : [],
  );
}
const readable = stored();
limitFiles('unlimited');
await submit();
const integrity = engine.prepare('SELECT * FROM pragma_integrity_check').get()?.integrity_check;
process.stdout.write(JSON.stringify({ accepted, refused, readable, afterwards: stored(), integrity }));
engine.close();
