import { type DestinationStream, type Logger, pino } from 'pino';

export interface LogSettings {
  readonly level: string;
  readonly format: 'json' | 'text';
}

/** Members that carry credentials, wherever they stand. */
const SECRETS = [
  'apiKey',
  'authorization',
  'token',
  'secret',
  'password',
  '*.apiKey',
  '*.authorization',
  '*.token',
  '*.secret',
  '*.password',
];

/** The gateway's log, on standard error: standard output is for what a person or a program asked to see. */
export function openLog({ level, format }: LogSettings, out: NodeJS.WritableStream = process.stderr): Logger {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, redact: SECRETS };
  return pino(options, format === 'text' ? forPeople(out) : { write: (line) => void out.write(line) });
}

/** One short line for each entry: time, level, sentence, members. */
function forPeople(out: NodeJS.WritableStream): DestinationStream {
  return {
    write(line) {
      const { time, level, msg, ...members } = JSON.parse(line) as Record<string, unknown>;
      const name = pino.levels.labels[Number(level)] ?? String(level);
      const rest = Object.entries(members).map(([key, value]) => ` ${key}=${JSON.stringify(value)}`);
      out.write(`${String(time).slice(11, 19)} ${name.padEnd(5)} ${String(msg ?? '')}${rest.join('')}\n`);
    },
  };
}
