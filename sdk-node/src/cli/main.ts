import { RpcClientError, ValidationError } from '@callsheet/sdk-core';
import { createClient, type NodeClient } from '../client.ts';
import { environmentCredentials } from '../environment.ts';
import { VERSION } from '../version.ts';
import { type Command, type Connection, readCommandLine } from './command-line.ts';
import { job, run, tools } from './commands.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { HELP } from './help.ts';
import { type Terminal, writeAll } from './terminal.ts';
import { UsageError } from './usage-error.ts';
import { workers } from './workers.ts';

const NO_KEY = '\nNo key was shown: set CALLSHEET_API_KEY, or say --key (a token: CALLSHEET_TOKEN, --token)';

/** Runs the command line; resolves with the exit code, and leaves nothing open. */
export async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  let command: Command | undefined;
  try {
    command = readCommandLine(args);
    await perform(command, terminal);
    return EXIT.OK;
  } catch (error) {
    const hint = exitCodeOf(error) === EXIT.AUTH && !showsKey(command, terminal) ? NO_KEY : '';
    await writeAll(terminal.stderr, `callsheet: ${sentenceOf(error)}${hint}\n`);
    return terminal.interrupt.aborted ? EXIT.INTERRUPTED : exitCodeOf(error);
  }
}

async function perform(command: Command, terminal: Terminal): Promise<void> {
  if (command.name === 'help') return writeAll(terminal.stdout, HELP);
  if (command.name === 'version') return writeAll(terminal.stdout, `${VERSION}\n`);
  const client = clientFor(command, terminal);
  try {
    await client.connect({ signal: terminal.interrupt });
    switch (command.name) {
      case 'tools':
        return await tools(command, client, terminal);
      case 'run':
        return await run(command, client, terminal);
      case 'job':
        return await job(command, client, terminal);
      case 'workers':
        return await workers(command, client, terminal);
    }
  } finally {
    await client.close();
  }
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

function sentenceOf(error: unknown): string {
  if (error instanceof UsageError) return `${error.message}\nTry: callsheet --help`;
  if (!(error instanceof Error)) return String(error);
  const issues = ValidationError.is(error)
    ? error.issues.map(({ path, message }) => `\n  ${path || '/'} ${message}`)
    : [];
  const reference = RpcClientError.is(error) && error.requestId !== undefined ? ` (request ${error.requestId})` : '';
  return error.message + reference + issues.join('');
}
