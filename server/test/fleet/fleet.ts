import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect, type NodeClient } from '@callsheet/sdk-node';
import { type Command, command, program } from '../gateway/running.ts';

export const DRIVER_KEY = 'driver-key-with-enough-characters';
/** Of somebody else with the same role. */
export const OTHER_KEY = 'other-key-with-enough-characters-0';
const WORKER_KEY = 'worker-key-with-enough-characters';
const LOG_CHARACTERS = 2_000;
const WORKER = fileURLToPath(new URL('workers/serve.ts', import.meta.url));

/** Limits that would keep one caller from being a crowd are out of the way; `[workers]` is as everybody has it. */
const settings = (workers: string): string => `
[auth.api_keys]
driver = { key = "${DRIVER_KEY}", role = "admin" }
other = { key = "${OTHER_KEY}", role = "admin" }
worker = { key = "${WORKER_KEY}", role = "worker" }
[rate]
calls = 100000000
connection = "off"
[workers]
local = false
${workers}
`;

/** What a worker wrote down: it began a run, finished one, or prepared a job. */
export interface Run {
  readonly what: 'start' | 'end' | 'prepare';
  readonly id: number;
  readonly worker: string;
}

/** A gateway and workers, each a process of its own, and a client of them in this one. */
export class Fleet {
  readonly #folder: string;
  readonly #config: string;
  readonly #started: Command[] = [];
  readonly #clients: NodeClient[] = [];
  #gateway: Command | undefined;
  #url = '';

  private constructor(folder: string) {
    this.#folder = folder;
    this.#config = join(folder, 'callsheet.toml');
  }

  /** `workers`: lines for `[workers]`. */
  static async open(folder: string, workers = ''): Promise<Fleet> {
    const fleet = new Fleet(folder);
    await writeFile(fleet.#config, settings(workers));
    await writeFile(fleet.#runs, '');
    await fleet.startGateway();
    return fleet;
  }

  /** The first time on a free port, afterwards on the same one; always with the same data. */
  async startGateway(): Promise<void> {
    const port = this.#url === '' ? '0' : new URL(this.#url).port;
    const words = ['start', '--port', port, '--data-dir', join(this.#folder, 'data'), '--config', this.#config];
    this.#gateway = this.#keep(command(words));
    const [, url = ''] = await this.#gateway.says(/WebSocket {2}(ws:\S+)/);
    this.#url = url;
  }

  async killGateway(): Promise<void> {
    this.#gateway?.child.kill('SIGKILL');
    await this.#gateway?.exit;
  }

  get url(): string {
    return this.#url;
  }

  /** Starts a program with a worker's key in its environment. */
  program(file: string, args: readonly string[], env: Record<string, string> = {}): Command {
    return this.#keep(program(file, args, { CALLSHEET_URL: this.#url, CALLSHEET_API_KEY: WORKER_KEY, ...env }));
  }

  /** Starts a worker; it is in when this resolves. */
  async worker(name: string): Promise<Command> {
    const worker = this.program(WORKER, [], { FLEET_NAME: name, FLEET_RUNS: this.#runs });
    await worker.says(/ready/);
    return worker;
  }

  async client(): Promise<NodeClient> {
    const client = await connect({
      url: this.#url,
      auth: { type: 'apiKey', apiKey: DRIVER_KEY },
      // What the gateway tries again is what is counted here.
      retry: false,
      // As the workers.
      reconnect: { maxMs: 1_000 },
    });
    this.#clients.push(client);
    return client;
  }

  async runs(): Promise<readonly Run[]> {
    const lines = (await readFile(this.#runs, 'utf8')).split('\n').slice(0, -1);
    return lines.map((line) => {
      const [what, id, worker = ''] = line.split(' ');
      return { what: what as Run['what'], id: Number(id), worker };
    });
  }

  /** The last that each process logged, for whoever reads why a test failed. */
  logs(): string {
    return this.#started.map(({ output }) => output().stderr.slice(-LOG_CHARACTERS)).join('\n');
  }

  /** Ends every process that is left. */
  async close(): Promise<void> {
    for (const client of this.#clients) await client.close();
    for (const { child } of this.#started) child.kill('SIGKILL');
    await Promise.all(this.#started.map(({ exit }) => exit));
  }

  get #runs(): string {
    return join(this.#folder, 'runs');
  }

  #keep(started: Command): Command {
    this.#started.push(started);
    return started;
  }
}
