import { Registry } from '@callsheet/discovery';
import { CallError, DEFAULT_LIMITS, type Json, type JsonObject } from '@callsheet/protocol';
import type { Config } from '../../../src/config/settings.ts';
import { frameLimits } from '../../../src/doors/websocket.ts';
import { RequestIds } from '../../../src/workers/request-ids.ts';
import { openUpstreams, type Upstreams, type UpstreamsParts } from '../../../src/workers/upstream/open-upstreams.ts';
import type { UpstreamReport } from '../../../src/workers/upstream/upstream.ts';
import { FakeClock } from '../../fake-clock.ts';
import { keptLog } from '../../kept-log.ts';
import type { Dialled } from '../listening.ts';
import { comesTrue, type Listening, listening } from '../listening.ts';
import type { Asked } from './asked.ts';

export type Entry = Config['workers']['upstreams'][string];

export const TOOLS_FILE = JSON.stringify([
  { name: 'speak', method: 'tts.speak', inputSchema: { type: 'object' }, idempotent: true, timeoutMs: 9_000 },
]);

const DEFAULTS: Entry = {
  url: '',
  dialect: 'callsheet',
  toolsFile: undefined,
  token: 'the-token',
  tokenEnv: undefined,
  tokenFile: undefined,
  tokenHeader: undefined,
  allow: ['*'],
  prefix: undefined,
  slots: 4,
  tags: [],
  zone: undefined,
  weight: 1,
};

/** A gateway as far as upstreams know it: a registry, a clock, a log. */
export class GatewaySide {
  readonly clock = new FakeClock();
  readonly log = keptLog();
  readonly registry = new Registry({ clock: this.clock, log: this.log });
  readonly probes: ((signal: AbortSignal) => Promise<unknown>)[] = [];
  readonly #closers: (() => unknown)[] = [];
  #ids = 0;

  async listening(...options: Parameters<typeof listening>): Promise<Listening> {
    const server = await listening(...options);
    this.#closers.push(() => server.close());
    return server;
  }

  async open(changes: Partial<Entry>, parts: Partial<UpstreamsParts> = {}): Promise<Upstreams> {
    this.#ids += 1;
    const upstreams = await openUpstreams(
      { studio: { ...DEFAULTS, ...changes } },
      {
        registry: this.registry,
        health: {
          add: (_target, probe) => {
            this.probes.push(probe);
            return () => undefined;
          },
        },
        ...{ clock: this.clock, log: this.log, random: () => 0.5 },
        ids: new RequestIds(`request${this.#ids}_`),
        mayServe: (tool) => tool !== 'unwanted',
        checkTools: (tools) => {
          if (tools.some(({ name }) => name === 'broken')) throw new CallError('INVALID_PARAMS', 'a schema is none');
        },
        limits: DEFAULT_LIMITS,
        frames: frameLimits({ maxPayloadBytes: 10_000 }),
        ...{ mostHeldBytes: 4_194_304, connectTimeoutMs: 10_000, deadAfterMs: 15_000 },
        reserved: new Set(['get_generation_status']),
        serves: () => false,
        ...{ env: {}, knows: () => undefined, readFile: () => Promise.resolve(TOOLS_FILE) },
        ...parts,
      },
    );
    this.#closers.push(() => upstreams.close());
    upstreams.start();
    return upstreams;
  }

  /** Sends a call to the worker that offers its tool. */
  send(call: Asked): Promise<Json> {
    for (const { worker } of this.registry.workers()) {
      if (worker.tools.some(({ name }) => name === call.tool)) return worker.link.call(call);
    }
    throw new Error(`nobody offers "${call.tool}"`);
  }

  /** Of its workers. */
  get states(): readonly string[] {
    return [...this.registry.workers()].map(({ worker }) => worker.state);
  }

  get offered(): readonly string[] {
    return [...this.registry.workers()].flatMap(({ worker }) => worker.tools.map(({ name }) => name));
  }

  async close(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close();
    this.registry.close();
  }
}

export function only(upstreams: Upstreams): UpstreamReport {
  return upstreams.list()[0] as UpstreamReport;
}

export async function refused(upstreams: Upstreams): Promise<string | undefined> {
  await comesTrue(() => only(upstreams).state === 'refused');
  return only(upstreams).reason;
}

export const ROW = { inputSchema: { type: 'object' }, outputSchema: { type: 'object' }, execution: 'call' };

/** Answers the opening of another gateway and its list of tools, as that gateway would. */
export async function greet(
  peer: Dialled,
  tools: readonly (string | JsonObject)[],
  opened: JsonObject = {},
): Promise<void> {
  const opening = await peer.hear();
  const result = { sessionId: 'ses_there', server: { name: 'callsheet', version: '1.2.3' }, ...opened };
  peer.say({ jsonrpc: '2.0', id: opening.id, result });
  await list(peer, tools);
}

export async function list(peer: Dialled, tools: readonly (string | JsonObject)[]): Promise<void> {
  const { id } = await peer.hear();
  const rows = tools.map((tool) => (typeof tool === 'string' ? { name: tool, ...ROW } : { ...ROW, ...tool }));
  peer.say({ jsonrpc: '2.0', id, result: { tools: rows } });
}
