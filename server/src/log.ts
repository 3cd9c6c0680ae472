import type { Redactor } from '@callsheet/monitoring';
import { type Logger, pino } from 'pino';
import { BoundedOutput } from './bounded-output.ts';

export interface LogSettings {
  readonly level: string;
  readonly format: 'json' | 'text';
}

/**
 * The gateway's log, on standard error: standard output is for what a person or a program asked to see. Every line goes
 * through the redactor, members and sentence alike, so that no caller of the log has to think of it. Whoever reads too slowly
 * misses lines, and is told how many.
 */
export function openLog(
  { level, format }: LogSettings,
  redactor: Redactor,
  out: NodeJS.WritableStream = process.stderr,
): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { log: (members: object) => redactor.value(members) as Record<string, unknown> },
    hooks: {
      logMethod(this: Logger, args: Parameters<Logger['info']>, method: (...args: Parameters<Logger['info']>) => void) {
        const clean = args.map((part: unknown) => (typeof part === 'string' ? redactor.text(part) : part));
        method.apply(this, clean as Parameters<Logger['info']>);
      },
    },
  };
  return pino(options, new BoundedOutput(out, { missing, ...(format === 'text' && { shape: forPeople }) }));
}

/** The line that stands where `count` lines are missing. */
function missing(count: number): string {
  const { warn } = pino.levels.values;
  return `{"level":${warn}${pino.stdTimeFunctions.isoTime()},"dropped":${count},"msg":"lines nobody read were dropped"}\n`;
}

/** One short line for each entry: time, level, sentence, members. */
function forPeople(line: string): string {
  const { time, level, msg, ...members } = JSON.parse(line) as Record<string, unknown>;
  const name = pino.levels.labels[Number(level)] ?? String(level);
  const rest = Object.entries(members).map(([key, value]) => ` ${key}=${JSON.stringify(value)}`);
  return `${String(time).slice(11, 19)} ${name.padEnd(5)} ${String(msg ?? '')}${rest.join('')}\n`;
}
