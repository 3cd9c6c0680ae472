import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { createKey, listKeys, revokeKey } from './auth/key-admin.ts';
import { type LoadedConfig, loadConfig } from './config/load.ts';
import { printConfig } from './config/print.ts';
import { ConfigError } from './config/problems.ts';
import type { Environment } from './config/read-environment.ts';
import { type Gateway, openGateway } from './gateway.ts';
import { openLog } from './log.ts';
import { VERSION } from './version.ts';
import { welcome } from './welcome.ts';

/** What the command touches of the process it runs in. */
export interface Terminal {
  readonly args: readonly string[];
  readonly env: Environment;
  readonly cwd: string;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  /** Calls back at SIGTERM and SIGINT. */
  readonly onStop: (callback: () => void) => void;
}

/** Ended well · a fault while running or starting · wrong words or wrong settings. */
export type ExitCode = 0 | 1 | 2;

/** How long calls in flight may take at a stop, and when the process ends regardless. */
const DRAIN_MS = 20_000;

const HELP = `callsheet-server start            serve (the default)
callsheet-server config print    show the effective settings, secrets masked
callsheet-server keys create     make an API key and print it once  (--name NAME --role ROLE)
callsheet-server keys list       show the stored keys, never the keys themselves
callsheet-server keys revoke KID end a key; its connections are closed

  --config FILE    read this instead of callsheet.toml
  --host HOST      listen here          (CALLSHEET_HOST, default 127.0.0.1)
  --port PORT      and on this port     (CALLSHEET_PORT, default 8081; 0 takes a free one)
  --data-dir DIR   keep jobs, keys and media here (CALLSHEET_DATA_DIR, default ./data)
  --version, --help
`;

/** Runs the command line of the gateway. Resolves when it is done: for \`start\`, when the gateway has gone down. */
export async function main(terminal: Terminal): Promise<ExitCode> {
  let words: ReturnType<typeof readWords>;
  let loaded: LoadedConfig;
  try {
    words = readWords(terminal.args);
    if (words.help || words.version) {
      terminal.stdout.write(words.help ? HELP : `${VERSION}\n`);
      return 0;
    }
    loaded = load(words, terminal);
  } catch (error) {
    terminal.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
  if (words.command === 'config print') {
    terminal.stdout.write(printConfig(loaded));
    return 0;
  }
  return words.command === 'start' ? serve(loaded, terminal) : keys(words, loaded, terminal);
}

async function serve(loaded: LoadedConfig, { stdout, stderr, onStop }: Terminal): Promise<ExitCode> {
  const { level, format } = loaded.config.log;
  // Nobody reads JSON on a screen; whoever asked for a format gets it anywhere.
  const onScreen = loaded.origins.get('log.format') === 'default' && 'isTTY' in stderr && stderr.isTTY === true;
  const log = openLog({ level, format: onScreen ? 'text' : format }, stderr);
  for (const note of loaded.notes) log.warn(note);
  const stopped = new Promise<void>((resolve) => onStop(resolve));
  let gateway: Gateway;
  try {
    gateway = await openGateway(loaded.config, { log });
  } catch (error) {
    stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
  stdout.write(welcome(gateway));
  void gateway.warm();
  await stopped;
  log.info('going down');
  await gateway.drain(DRAIN_MS);
  return 0;
}

async function keys(
  { command, kid, name, role }: ReturnType<typeof readWords>,
  { config }: LoadedConfig,
  { stdout, stderr }: Terminal,
): Promise<ExitCode> {
  const { dataDir } = config.server;
  try {
    if (command === 'keys create') {
      if (!Object.hasOwn(config.policy.roles, role)) {
        const known = Object.keys(config.policy.roles).join(', ');
        throw new Error(`Cannot make a key for the role "${role}": there is none; the roles are ${known}`);
      }
      const { text } = await createKey(dataDir, { name, role }, Date.now);
      stdout.write(`${text}\n`);
    } else if (command === 'keys revoke') {
      await revokeKey(dataDir, kid);
      stdout.write(`revoked ${kid}\n`);
    } else {
      for (const key of await listKeys(dataDir)) {
        stdout.write(`${key.kid}  ${key.status.padEnd(7)}  ${key.role.padEnd(8)}  ${key.createdAt}  ${key.name}\n`);
      }
    }
    return 0;
  } catch (error) {
    stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

const COMMANDS = ['start', 'config print', 'keys create', 'keys list', 'keys revoke'];

function readWords(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      config: { type: 'string' },
      host: { type: 'string' },
      port: { type: 'string' },
      'data-dir': { type: 'string' },
      name: { type: 'string', default: 'unnamed' },
      role: { type: 'string', default: 'user' },
      help: { type: 'boolean', short: 'h', default: false },
      version: { type: 'boolean', default: false },
    },
  });
  const command = positionals.slice(0, 2).join(' ') || 'start';
  const [kid = '', ...more] = positionals.slice(2);
  if (!COMMANDS.includes(command) || more.length > 0 || (kid === '') === (command === 'keys revoke')) {
    throw new ConfigError([
      { source: 'the command line', key: positionals.join(' '), says: 'is no command; see --help' },
    ]);
  }
  return { ...values, command, kid };
}

/** Options of the command line count as environment variables: the last word before the defaults. */
function load(words: ReturnType<typeof readWords>, { env, cwd }: Terminal): LoadedConfig {
  return loadConfig({
    env: {
      ...env,
      ...(words.host !== undefined && { CALLSHEET_HOST: words.host }),
      ...(words.port !== undefined && { CALLSHEET_PORT: words.port }),
      ...(words['data-dir'] !== undefined && { CALLSHEET_DATA_DIR: words['data-dir'] }),
    },
    cwd,
    cores: availableParallelism(),
    file: words.config,
  });
}
