/** Records until files may grow no more (`fill-disk.ts <folder>`), makes room, goes on, and tells how it went. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyAudit } from '../../src/index.ts';
import { entry, KEY, openTrail } from './open-trail.ts';

const folder = process.argv[2] ?? '';
const limitFiles = (size: string): void => {
  execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${size}:unlimited`]);
};
const { trail, log } = await openTrail(folder, { checkpointEvery: 10 });
limitFiles('12345');
for (let line = 1; line <= 200; line++) trail.record(entry(line));
await trail.flush();
const { ok } = await verifyAudit({ folder, key: KEY });
const whole = readFileSync(join(folder, 'audit-000001.jsonl'), 'utf8').endsWith('\n');
limitFiles('unlimited');
await trail.close();
const afterwards = await verifyAudit({ folder, key: KEY });
process.stdout.write(JSON.stringify({ full: { ok, whole }, afterwards, log: log.lines }));
