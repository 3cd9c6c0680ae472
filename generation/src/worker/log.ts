import type { JsonObject, ToolLog } from '@callsheet/protocol';
import { UsageError } from './usage-error.ts';

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/** Levels the gateway's log knows and this one has no lines of. */
const KIN: Readonly<Record<string, string>> = { trace: 'debug', fatal: 'error' };

/** Where lines go. */
export interface LogOutput {
  write(text: string): unknown;
  /** What nobody has read yet. */
  readonly writableLength?: number;
  on?(event: 'error', listener: () => void): unknown;
}

/** Bytes that may wait for whoever reads the log: memory is for work. */
const MOST_UNREAD = 1_048_576;

/**
 * A log of one line an entry, as the gateway writes it for people: time, level, sentence, members. Lines nobody reads are
 * dropped, and the next one that is read is told how many there were; a reader that goes away does not end the worker.
 *
 * @throws UsageError for a level there is not.
 */
export function openLog(level: string, out: LogOutput, now: () => number): ToolLog {
  const least = level === 'silent' ? LEVELS.length : LEVELS.findIndex((known) => known === (KIN[level] ?? level));
  if (least < 0) throw new UsageError(`Cannot log at level "${level}"; use ${LEVELS.join(', ')} or silent`);
  let dropped = 0;
  const put = (line: string): void => {
    if ((out.writableLength ?? 0) > MOST_UNREAD) dropped++;
    else {
      out.write(
        dropped > 0 ? `${line.slice(0, 8)} warn  lines nobody read were dropped dropped=${dropped}\n${line}` : line,
      );
      dropped = 0;
    }
  };
  // Without a listener an error ends the process.
  out.on?.('error', () => undefined);
  const writer =
    (name: (typeof LEVELS)[number], rank: number) =>
    (fields: JsonObject, message: string): void => {
      if (rank < least) return;
      const time = new Date(now()).toISOString().slice(11, 19);
      const members = Object.entries(fields).map(([key, value]) => ` ${key}=${JSON.stringify(value)}`);
      put(`${time} ${name.padEnd(5)} ${message}${members.join('')}\n`);
    };
  return { debug: writer('debug', 0), info: writer('info', 1), warn: writer('warn', 2), error: writer('error', 3) };
}
