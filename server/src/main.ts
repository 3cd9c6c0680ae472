import { availableParallelism } from 'node:os';
import { type Clock, systemClock } from './clock.ts';
import { type Command, type ExitCode, type Terminal, UsageError } from './commands/command.ts';
import { helpText } from './commands/help.ts';
import { type General, readWords } from './commands/read-words.ts';
import { COMMANDS } from './commands/table.ts';
import { type LoadedConfig, loadConfig } from './config/load.ts';
import { ConfigError } from './config/problems.ts';
import { VERSION } from './version.ts';

/** Runs the command line of the gateway. Resolves when it is done: for `start`, when the gateway has gone down. */
export async function main(
  terminal: Terminal,
  commands: readonly Command[] = COMMANDS,
  clock: Clock = systemClock,
): Promise<ExitCode> {
  try {
    const wish = readWords(terminal.args, commands);
    if (wish.kind !== 'run') {
      terminal.stdout.write(wish.kind === 'help' ? helpText(commands, wish.about) : `${VERSION}\n`);
      return 0;
    }
    const { command, general, values, operands } = wish;
    return await command.run({ terminal, loaded: load(general, terminal), clock, values, operands });
  } catch (error) {
    terminal.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof UsageError || error instanceof ConfigError ? 2 : 1;
  }
}

/** Options of the command line count as environment variables: the last word before the defaults. */
function load({ host, port, config: file, 'data-dir': dataDir }: General, { env, cwd }: Terminal): LoadedConfig {
  return loadConfig({
    env: {
      ...env,
      ...(host !== undefined && { CALLSHEET_HOST: host }),
      ...(port !== undefined && { CALLSHEET_PORT: port }),
      ...(dataDir !== undefined && { CALLSHEET_DATA_DIR: dataDir }),
    },
    cwd,
    cores: availableParallelism(),
    file,
  });
}
