import { createSecretKey, type KeyObject } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FakeClock } from '../../../server/test/fake-clock.ts';
import { keptLog } from '../../../server/test/kept-log.ts';
import { type AuditEntry, type AuditLine, AuditTrail, type AuditTrailOptions, Redactor } from '../../src/index.ts';

export const KEY: KeyObject = createSecretKey(Buffer.alloc(32, 7));

export interface Opened {
  readonly trail: AuditTrail;
  readonly clock: FakeClock;
  readonly log: ReturnType<typeof keptLog>;
}

/** A trail on a clock whose hands the test turns. */
export async function openTrail(folder: string, options: Partial<AuditTrailOptions> = {}): Promise<Opened> {
  const clock = new FakeClock();
  const log = keptLog();
  const trail = await AuditTrail.open({
    folder,
    key: KEY,
    now: () => clock.now(),
    after: (ms, callback) => clock.after(ms, callback),
    redactor: new Redactor(),
    log,
    ...options,
  });
  return { trail, clock, log };
}

/** A trail with so many lines, closed. */
export async function writeTrail(
  folder: string,
  lines: number,
  options: Partial<AuditTrailOptions> = {},
): Promise<void> {
  const { trail } = await openTrail(folder, options);
  for (let line = 1; line <= lines; line++) trail.record(entry(line));
  await trail.close();
}

export function entry(number: number, more: Partial<AuditEntry> = {}): AuditEntry {
  return {
    kind: 'call',
    principal: 'anna',
    action: 'create_video',
    decision: 'allowed',
    requestId: `r-${number}`,
    ...more,
  };
}

export function auditFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /^audit-\d+\.jsonl$/.test(name))
    .sort();
}

/** Every line of every audit file. */
export function readLines(folder: string): AuditLine[] {
  return auditFiles(folder).flatMap((name) => linesOf(join(folder, name)).map((line) => JSON.parse(line) as AuditLine));
}

export function linesOf(path: string): string[] {
  return readFileSync(path, 'utf8').split('\n').slice(0, -1);
}
