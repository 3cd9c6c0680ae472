import { type ParseArgsConfig, parseArgs } from 'node:util';
import { readDuration } from './duration.ts';
import { nearest } from './nearest.ts';
import { UsageError } from './usage-error.ts';

/** Where the gateway is and who is calling, where the command line says so. */
export interface Connection {
  readonly url: string | undefined;
  readonly key: string | undefined;
  readonly token: string | undefined;
  /** How long the whole command may take; without a bound when not said. */
  readonly timeoutMs: number | undefined;
}

type Options = NonNullable<ParseArgsConfig['options']>;

/** Options every command has. */
export const CONNECTION = {
  url: { type: 'string' },
  key: { type: 'string' },
  token: { type: 'string' },
  timeout: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Parsed<T extends Options> = ReturnType<typeof parseArgs<{ options: T; allowPositionals: true }>>;

/** Throws UsageError. */
export function parse<const T extends Options>(args: readonly string[], options: T): Parsed<T> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (cause) {
    throw new UsageError(unknownOption(cause, Object.keys(options)) ?? sentenceOf(cause), { cause });
  }
}

/** Node.js advises to hide such an option behind `--`, which helps nobody. */
function unknownOption(cause: unknown, names: readonly string[]): string | undefined {
  const isUnknown = cause instanceof Error && 'code' in cause && cause.code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION';
  const [, option, name = ''] = (isUnknown && /'(--?([^']*))'/.exec(cause.message)) || [];
  return option && `There is no option ${option}; ${meantOr(names, name, (known) => `--${known}`)}`;
}

function sentenceOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** Which of `known` may have been meant; where none is near, all there are. */
export function meantOr(known: readonly string[], name: string, shown: (name: string) => string): string {
  const meant = nearest(name, known);
  return meant === undefined ? `expected one of ${known.map(shown).join(', ')}` : `did you mean ${shown(meant)}?`;
}

interface ConnectionValues {
  readonly url?: string;
  readonly key?: string;
  readonly token?: string;
  readonly timeout?: string;
}

export function connection({ url, key, token, timeout }: ConnectionValues): Connection {
  if (key !== undefined && token !== undefined) throw new UsageError('Cannot show both --key and --token; give one');
  const timeoutMs = timeout === undefined ? undefined : readDuration(timeout, '--timeout');
  return { url, key, token, timeoutMs };
}

export function expectCount(positionals: readonly string[], count: number, sentence: string): readonly string[] {
  if (positionals.length === count) return positionals;
  throw new UsageError(`${sentence}, got ${positionals.length === 0 ? 'none' : positionals.join(' ')}`);
}
