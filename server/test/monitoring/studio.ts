import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect, type NodeClient } from '@callsheet/sdk-node';
import { type Command, command, program } from '../gateway/running.ts';

export const KEY = 'driver-key-with-enough-characters';
/** Of somebody who may look, and call nothing. */
export const GUEST_KEY = 'guest-key-with-enough-characters-0';
const WORKER_KEY = 'worker-key-with-enough-characters';
/** What Prometheus shows. */
export const METRICS_TOKEN = 'metrics-token-with-more-than-32-characters';
const WORKER = fileURLToPath(new URL('paid-worker.ts', import.meta.url));

/** Every limit that would keep one caller from being a crowd is out of the way, and pings come soon. */
const settings = (scripts: string): string => `
[auth.api_keys]
driver = { key = "${KEY}", role = "admin" }
worker = { key = "${WORKER_KEY}", role = "worker" }
guest = { key = "${GUEST_KEY}", role = "viewer" }
[metrics]
token = "${METRICS_TOKEN}"
anyone = "never"
[rate]
calls = 100000000
burst = 1000
connection = "off"
[limits]
heartbeat_ms = 1000
max_in_flight = 200
[tools]
diagnostics = true
[workers]
retry_percent = 1
[llm]
base_url = "${scripts}"
api_key = "a-key-of-the-script-service"
model = "storyteller"
[alerts]
availability = "99.9"
[tracing]
sample = "0"
[idempotency]
max_keys = 4
max_keys_per_principal = 4
[log]
level = "info"
`;

/** A gateway and two workers, each a process of its own, and a service that writes scripts, as the gateway asks it. */
export class Studio {
  readonly #scripts: Server;
  readonly #started: Command[] = [];
  readonly #clients: NodeClient[] = [];
  #url = '';
  #config = '';

  private constructor(scripts: Server) {
    this.#scripts = scripts;
  }

  static async open(folder: string): Promise<Studio> {
    const studio = new Studio(createServer(tellStory));
    await new Promise<void>((resolve) => studio.#scripts.listen(0, '127.0.0.1', resolve));
    await studio.#startGateway(folder);
    // One alone could not stand in for the other.
    await Promise.all([studio.#startWorker('painter'), studio.#startWorker('sculptor')]);
    return studio;
  }

  /** `http://127.0.0.1:port`. */
  get httpUrl(): string {
    return this.#url.replace(/^ws/, 'http').replace(/\/rpc$/, '');
  }

  async client(apiKey = KEY): Promise<NodeClient> {
    const client = await connect({ url: this.#url, auth: { type: 'apiKey', apiKey }, retry: false, cache: false });
    this.#clients.push(client);
    return client;
  }

  /** The page Prometheus gets, as text. */
  async metrics(accept = 'text/plain'): Promise<string> {
    const headers = { accept, authorization: `Bearer ${METRICS_TOKEN}` };
    const response = await fetch(`${this.httpUrl}/metrics`, { headers });
    if (!response.ok) throw new Error(`/metrics answered ${response.status}: ${await response.text()}`);
    return response.text();
  }

  /** What the command of the gateway writes for those who watch it. */
  async exportInto(folder: string, ...words: readonly string[]): Promise<void> {
    const { exit, output } = command(['monitoring', 'export', '--config', this.#config, '--out', folder, ...words]);
    if ((await exit) !== 0) throw new Error(`The export failed: ${output().stderr}`);
  }

  /** The last that each process logged, for whoever reads why a test failed. */
  logs(): string {
    return this.#started.map(({ output }) => output().stderr.slice(-4_000)).join('\n');
  }

  async close(): Promise<void> {
    for (const client of this.#clients) await client.close();
    for (const { child } of this.#started) child.kill('SIGKILL');
    await Promise.all(this.#started.map(({ exit }) => exit));
    this.#scripts.closeAllConnections();
    await new Promise((resolve) => this.#scripts.close(resolve));
  }

  async #startGateway(folder: string): Promise<void> {
    await mkdir(folder, { recursive: true });
    const config = join(folder, 'callsheet.toml');
    const address = this.#scripts.address();
    if (address === null || typeof address === 'string') throw new Error('The script service does not listen');
    this.#config = config;
    await writeFile(config, settings(`http://127.0.0.1:${address.port}/v1`));
    const words = ['start', '--port', '0', '--data-dir', join(folder, 'data'), '--config', config];
    const gateway = command(words, {}, folder);
    this.#started.push(gateway);
    const [, url = ''] = await gateway.says(/WebSocket {2}(ws:\S+)/);
    this.#url = url;
  }

  async #startWorker(name: string): Promise<void> {
    // What they count themselves is not looked at: any page of metrics does.
    const WORKER_METRICS = new URL(this.httpUrl).host;
    const env = { WORKER_NAME: name, WORKER_METRICS, CALLSHEET_URL: this.#url, CALLSHEET_API_KEY: WORKER_KEY };
    const worker = program(WORKER, [], env);
    this.#started.push(worker);
    await worker.says(/ready/);
  }
}

/** Answers like an OpenAI-compatible service. */
function tellStory(...[request, response]: Parameters<NonNullable<Parameters<typeof createServer>[1]>>): void {
  request.resume();
  response.setHeader('content-type', 'application/json').end(
    JSON.stringify({
      ...{ id: 'story-1', object: 'chat.completion', created: 1, model: 'storyteller' },
      choices: [
        {
          ...{ index: 0, finish_reason: 'stop' },
          message: {
            role: 'assistant',
            content: 'Reefs cover less than one percent of the sea floor. A quarter of all fish live there.',
          },
        },
      ],
      usage: { prompt_tokens: 90, completion_tokens: 20, total_tokens: 110 },
    }),
  );
}
