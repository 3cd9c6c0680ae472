import { createClient, type NodeClient } from '../client.ts';
import { environmentCredentials } from '../environment.ts';
import { VERSION } from '../version.ts';
import { alerts } from './alerts.ts';
import type { Connection } from './arguments.ts';
import { type Command, readCommandLine } from './command-line.ts';
import { job, run, tools } from './commands.ts';
import { failureLine, sentenceOf } from './error-report.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { HELP } from './help.ts';
import { metrics } from './metrics.ts';
import { expectPlaceFor } from './out-file.ts';
import { readParams } from './params.ts';
import { SILENT, type Terminal, terminalWith, writeAll } from './terminal.ts';
import { traces } from './traces.ts';
import { types } from './types.ts';
import { UsageError } from './usage-error.ts';
import { type TimedTerminal, withinTime } from './within-time.ts';
import { workers } from './workers.ts';

const NO_KEY = '\nNo key was shown: set CALLSHEET_API_KEY, or say --key (a token: CALLSHEET_TOKEN, --token)';
const OVER = 'The time of --timeout is over. ';

/** Runs the command line; resolves with the exit code, and leaves nothing open. */
export async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  let command: Command | undefined;
  let timed: TimedTerminal | undefined;
  try {
    command = readCommandLine(args);
    if ('timeoutMs' in command && command.timeoutMs !== undefined) timed = withinTime(terminal, command.timeoutMs);
    await perform(command, timed?.terminal ?? terminal);
    return EXIT.OK;
  } catch (error) {
    const isOver = timed?.isOver() === true;
    const exitCode = terminal.interrupt.aborted ? EXIT.INTERRUPTED : isOver ? EXIT.TIMED_OUT : exitCodeOf(error);
    const hint = exitCode === EXIT.AUTH && !showsKey(command, terminal) ? NO_KEY : '';
    const text = isForPrograms(command)
      ? failureLine(error, exitCode)
      : `callsheet: ${isOver ? OVER : ''}${sentenceOf(error)}${hint}`;
    // Where even this cannot be written, the exit code has to do.
    await writeAll(terminal.stderr, `${text}\n`).catch(() => undefined);
    return exitCode;
  } finally {
    timed?.cancel();
  }
}

function isForPrograms(command: Command | undefined): boolean {
  return command !== undefined && 'json' in command && command.json;
}

async function perform(command: Command, terminal: Terminal): Promise<void> {
  if (command.name === 'help') return writeAll(terminal.stdout, HELP);
  if (command.name === 'version') return writeAll(terminal.stdout, `${VERSION}\n`);
  const params = command.name === 'run' ? await readParams(command.params, terminal) : {};
  const out = outOf(command);
  if (out !== undefined) await expectPlaceFor(out);
  const client = clientFor(command, terminal);
  try {
    await client.connect({ signal: terminal.interrupt });
    switch (command.name) {
      case 'tools':
        return await tools(command, client, terminal);
      case 'run':
        return await run(command, params, client, command.json ? terminalWith(terminal, { stderr: SILENT }) : terminal);
      case 'job':
        return await job(command, client, terminal);
      case 'workers':
        return await workers(command, client, terminal);
      case 'types':
        return await types(command, client, terminal);
      case 'alerts':
        return await alerts(command, client, terminal);
      case 'metrics':
        return await metrics(command, client, terminal);
      case 'traces':
        return await traces(command, client, terminal);
    }
  } finally {
    await client.close();
  }
}

/** The file the command is to write. */
function outOf(command: Command): string | undefined {
  if (command.name === 'run') return command.out;
  return command.name === 'types' && command.target?.action === 'out' ? command.target.file : undefined;
}

function clientFor({ url, key, token }: Connection, { environment }: Terminal): NodeClient {
  const options = {
    name: 'callsheet-cli',
    ...(url !== undefined && { url }),
    ...(key !== undefined && { auth: { type: 'apiKey', apiKey: key } as const }),
    ...(token !== undefined && { auth: { type: 'jwt', token } as const }),
  };
  try {
    return createClient(options, environment);
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function showsKey(command: Command | undefined, { environment }: Terminal): boolean {
  const said = command !== undefined && 'key' in command ? (command.key ?? command.token) : undefined;
  return said !== undefined || environmentCredentials(environment) !== undefined;
}
