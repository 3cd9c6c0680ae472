import { format } from 'node:util';
import type { Redactor } from '@callsheet/monitoring';
import { type Logger, pino } from 'pino';
import { BoundedOutput } from './bounded-output.ts';

export interface WatchOptions {
  readonly redactor: Redactor;
  /** Told of every line of level warn and above, before it is written; nothing in it is redacted. */
  readonly told?: (level: string, fields: object, message: string) => void;
}

/** A log whose lines are counted. */
export interface LogWatch {
  /** Writes where the given log writes; so do its children. */
  readonly log: Logger;
  /** Lines since the start, by level, and those nobody read. */
  reading(): { readonly lines: Readonly<Record<string, number>>; readonly dropped: number };
}

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
const TOLD: ReadonlySet<string> = new Set(['warn', 'error', 'fatal']);

/**
 * Counts the lines of any logger of pino, whoever made it; levels that are off cost what they cost without. What a logger of
 * somebody else is given is redacted first: ours does so by itself.
 */
export function watchLog(log: Logger, { redactor, told }: WatchOptions): LogWatch {
  const output: unknown = Reflect.get(log, pino.symbols.streamSym);
  const ours = output instanceof BoundedOutput ? output : undefined;
  const lines: Record<string, number> = Object.fromEntries(LEVELS.map((level) => [level, 0]));
  const watched = log.child({});
  for (const level of LEVELS) {
    const tells = TOLD.has(level) ? told : undefined;
    // A method, not an arrow: children call it as theirs, with their bindings.
    const write = function (this: Logger, ...parts: unknown[]): void {
      if (!this.isLevelEnabled(level)) return;
      lines[level] = (lines[level] ?? 0) + 1;
      tells?.(level, ...readable(this, parts));
      Reflect.apply(log[level], this, ours ? parts : parts.map((part) => redacted(part, redactor)));
    };
    // By definition: the level's own property may be one that cannot be assigned.
    Object.defineProperty(watched, level, { value: write, writable: true, configurable: true, enumerable: true });
  }
  return { log: watched, reading: () => ({ lines: { ...lines }, dropped: ours?.dropped ?? 0 }) };
}

/** The members and the sentence of a line, as pino puts them together. */
function readable(log: Logger, [first, ...rest]: unknown[]): [object, string] {
  const bindings = log.bindings();
  if (typeof first !== 'object' || first === null) return [bindings, format(first ?? '', ...rest)];
  const fields = first instanceof Error ? { err: first } : first;
  const message = rest.length > 0 ? format(...rest) : messageOf(fields);
  return [{ ...bindings, ...fields }, message];
}

function messageOf(fields: object): string {
  const error: unknown = 'err' in fields ? fields.err : undefined;
  return error instanceof Error ? error.message : '';
}

function redacted(part: unknown, redactor: Redactor): unknown {
  if (typeof part === 'string') return redactor.text(part);
  if (part instanceof Error) return { err: redactor.value(part) };
  return typeof part === 'object' && part !== null ? redactor.value(part) : part;
}
