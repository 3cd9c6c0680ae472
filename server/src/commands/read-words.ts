import { parseArgs } from 'node:util';
import { didYouMean, nearest } from '../config/suggest.ts';
import { type Command, type CommandContext, type Options, UsageError } from './command.ts';

/** Options every command takes. */
export const GENERAL = {
  config: { type: 'string', value: 'FILE', help: 'read this instead of callsheet.toml' },
  host: { type: 'string', value: 'HOST', help: 'listen here (CALLSHEET_HOST, default 127.0.0.1)' },
  port: { type: 'string', value: 'PORT', help: 'and on this port (CALLSHEET_PORT, default 8081; 0 takes a free one)' },
  'data-dir': {
    type: 'string',
    value: 'DIR',
    help: 'keep jobs, keys and media here (CALLSHEET_DATA_DIR, default ./data)',
  },
  version: { type: 'boolean', help: 'say which version this is' },
  help: { type: 'boolean', help: 'say what can be said; after a command, about that command' },
} as const satisfies Options;

export type General = CommandContext<typeof GENERAL>['values'];

/** What was asked for. */
export type Wish =
  | { readonly kind: 'version' }
  /** About the commands that begin with these words; all commands when empty. */
  | { readonly kind: 'help'; readonly about: string }
  | {
      readonly kind: 'run';
      readonly command: Command;
      readonly general: General;
      readonly values: CommandContext['values'];
      readonly operands: CommandContext['operands'];
    };

/**
 * Reads the command line.
 *
 * @throws UsageError for words that are no command, a missing or surplus word, an option the command does not have.
 */
export function readWords(args: readonly string[], commands: readonly Command[]): Wish {
  const every: Options = Object.assign({}, ...commands.map(({ options }) => options), GENERAL);
  // Words and options may stand in any order, so the words are found first, and the options are checked against them.
  const { positionals, tokens } = parse(args, every, false);
  const said = (name: string): boolean => tokens.some((token) => token.kind === 'option' && token.name === name);
  if (said('version')) return { kind: 'version' };
  const command = commands
    .filter(({ words }) => `${positionals.join(' ')} `.startsWith(`${words} `))
    .reduce<Command | undefined>((a, b) => (a === undefined || b.words.length > a.words.length ? b : a), undefined);
  if (said('help')) return { kind: 'help', about: command?.words ?? topic(positionals, commands) };
  const chosen = positionals.length === 0 ? commands[0] : command;
  if (chosen === undefined) throw noSuchCommand(positionals, commands);

  const known: Options = { ...GENERAL, ...chosen.options };
  for (const token of tokens) {
    if (token.kind === 'option' && !Object.hasOwn(known, token.name)) throw noSuchOption(token.name, chosen, known);
  }
  const values = parse(args, known, true).values as CommandContext['values'] & General;
  const given = positionals.length === 0 ? [] : positionals.slice(chosen.words.split(' ').length);
  return { kind: 'run', command: chosen, general: values, values, operands: operandsOf(chosen, given) };
}

function parse(args: readonly string[], options: Options, strict: boolean) {
  try {
    return parseArgs({
      args: [...args],
      options: { ...options, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
      tokens: true,
      strict,
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`Cannot read the command line: ${reason}\nSee callsheet-server --help`, { cause: error });
  }
}

/** The first words, when any command begins with them. */
function topic(positionals: readonly string[], commands: readonly Command[]): string {
  const [first = ''] = positionals;
  if (first !== '' && !commands.some(({ words }) => words.startsWith(`${first} `))) {
    throw noSuchCommand(positionals, commands);
  }
  return first;
}

function operandsOf({ words, operands = [] }: Command, given: readonly string[]): Record<string, string> {
  const usage = `callsheet-server ${[words, ...operands.map((name) => name.toUpperCase())].join(' ')}`;
  const missing = operands[given.length];
  if (missing !== undefined) {
    throw new UsageError(`Cannot run "${words}": ${missing.toUpperCase()} is missing; say ${usage}`);
  }
  const surplus = given[operands.length];
  if (surplus !== undefined)
    throw new UsageError(`Cannot run "${words}": "${surplus}" is one word too many; say ${usage}`);
  return Object.fromEntries(operands.map((name, place) => [name, given[place] ?? '']));
}

function noSuchCommand(positionals: readonly string[], commands: readonly Command[]): UsageError {
  const said = positionals.slice(0, 2).join(' ');
  const names = commands.map(({ words }) => words);
  const family = names.filter((words) => words.startsWith(`${positionals[0]} `));
  const near = nearest(said, names) ?? nearest(positionals[0] ?? '', names);
  const hint = near === undefined && family.length > 0 ? `; there is ${family.join(', ')}` : didYouMean(near);
  return new UsageError(`Cannot run "${said}": there is no such command${hint}\nSee callsheet-server --help`);
}

function noSuchOption(name: string, { words }: Command, known: Options): UsageError {
  const near = nearest(name, Object.keys(known));
  const hint = didYouMean(near === undefined ? undefined : `--${near}`);
  return new UsageError(
    `Cannot run "${words}" with --${name}: it has no such option${hint}\nSee callsheet-server ${words} --help`,
  );
}
