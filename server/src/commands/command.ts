import type { Clock } from '../clock.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { Environment } from '../config/read-environment.ts';

/** What the command touches of the process it runs in. */
export interface Terminal {
  readonly args: readonly string[];
  readonly env: Environment;
  readonly cwd: string;
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  /** Calls back at SIGTERM and SIGINT. */
  readonly onStop: (callback: () => void) => void;
  /** Calls back when the process ends, however it does, but for a kill; the answer takes that back. */
  readonly onExit: (callback: () => void) => () => void;
}

/** Ended well · a fault while running or starting · wrong words or wrong settings. */
export type ExitCode = 0 | 1 | 2;

/** One option of a command, in the shape `parseArgs` of `node:util` reads. An option means the same kind of value everywhere. */
export interface Option {
  readonly type: 'string' | 'boolean';
  /** The option may be given several times; all values count. */
  readonly multiple?: true;
  /** What stands for the value in the help: NAME in `--name NAME`. */
  readonly value?: string;
  /** Half a sentence for the help, with the default in brackets. */
  readonly help: string;
}

export type Options = Readonly<Record<string, Option>>;

type Value<O extends Option> = O extends { type: 'boolean' }
  ? boolean
  : O extends { multiple: true }
    ? readonly string[]
    : string;

/** What a command knows when it runs. */
export interface CommandContext<O extends Options = Options, P extends string = string> {
  readonly terminal: Terminal;
  /** The checked configuration; the command line's --data-dir, --host and --port already count in it. */
  readonly loaded: LoadedConfig;
  readonly clock: Clock;
  /** The command's own options; undefined when not given. */
  readonly values: { readonly [Name in keyof O]: Value<O[Name]> | undefined };
  /** The words after the command's name, each present. */
  readonly operands: { readonly [Name in P]: string };
}

/** One thing the command line can do. */
export interface Command<O extends Options = Options, P extends string = string> {
  /** As typed: `keys create`. */
  readonly words: string;
  /** One line for the help. */
  readonly summary: string;
  /** Words that must follow the name, in order: `['kid']` is `keys revoke KID`. */
  readonly operands?: readonly P[];
  /** Besides --config, --host, --port, --data-dir, --help and --version, which every command takes. */
  readonly options?: O;
  /** A thrown error is told on standard error and ends with 1; a UsageError ends with 2. */
  run(context: CommandContext<O, P>): Promise<ExitCode>;
}

/** The words or options cannot be understood; told with where help is, and ends with 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Lets the compiler read the types of options and operands off the command itself. */
export function defineCommand<const O extends Options = Record<never, Option>, const P extends string = never>(
  command: Command<O, P>,
): Command {
  return command;
}
