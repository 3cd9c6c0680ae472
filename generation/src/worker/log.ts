import type { JsonObject, ToolLog } from '@callsheet/protocol';
import { UsageError } from './usage-error.ts';

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/** Levels the gateway's log knows and this one has no lines of. */
const KIN: Readonly<Record<string, string>> = { trace: 'debug', fatal: 'error' };

/**
 * A log of one line an entry, as the gateway writes it for people: time, level, sentence, members.
 *
 * @throws UsageError for a level there is not.
 */
export function openLog(level: string, out: { write(text: string): unknown }, now: () => number): ToolLog {
  const least = level === 'silent' ? LEVELS.length : LEVELS.findIndex((known) => known === (KIN[level] ?? level));
  if (least < 0) throw new UsageError(`Cannot log at level "${level}"; use ${LEVELS.join(', ')} or silent`);
  const writer =
    (name: (typeof LEVELS)[number], rank: number) =>
    (fields: JsonObject, message: string): void => {
      if (rank < least) return;
      const time = new Date(now()).toISOString().slice(11, 19);
      const members = Object.entries(fields).map(([key, value]) => ` ${key}=${JSON.stringify(value)}`);
      out.write(`${time} ${name.padEnd(5)} ${message}${members.join('')}\n`);
    };
  return { debug: writer('debug', 0), info: writer('info', 1), warn: writer('warn', 2), error: writer('error', 3) };
}
