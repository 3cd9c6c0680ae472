import { Redactor } from '@callsheet/monitoring';
import type { JsonObject } from '@callsheet/protocol';
import { pino } from 'pino';
import { secretsOf } from '../../src/config/secrets.ts';
import { type Gateway, openGateway } from '../../src/gateway.ts';
import { load } from '../config/loaded.ts';
import { Peer } from '../doors/gateway-socket.ts';
import { FakeClock } from '../fake-clock.ts';
import { useTempDir } from '../temp-dir.ts';

const KEYS = {
  admin: 'admin-key-with-enough-characters',
  dev: 'dev-key-with-enough-characters',
  user: 'user-key-with-enough-characters',
  viewer: 'viewer-key-with-enough-characters',
} as const;

/** Settings under which an alert fires two seconds after anybody is here. */
export const BUSY = `
[alerts]
every_s = 1
defaults = false
[alerts.rules.busy]
metric = "mcp.connections.active"
condition = "> 0"
duration_s = 2
cooldown_s = 60
severity = "critical"
`;

export type Role = keyof typeof KEYS;

export interface Answer {
  readonly result: JsonObject;
  readonly error: { readonly code: number; readonly message: string };
}

/** A caller of a role. Events that come between answers are kept. */
export interface Caller {
  readonly ask: (method: string, params?: object) => Promise<Answer>;
  /** Parameters of the next `events/event`, once it has come. */
  readonly event: () => Promise<JsonObject>;
  readonly peer: Peer;
}

/** A real gateway in this process, with a key for every role and a clock the test turns. */
export interface Watched {
  readonly gateway: Gateway;
  readonly clock: FakeClock;
  readonly dataDir: string;
  readonly keyOf: (role: Role) => string;
  readonly as: (role: Role) => Caller;
  /** Goes down, and comes up again in the same folder. `stepMs`: how much time passes at every turn meanwhile. */
  readonly restart: (toml?: string, stepMs?: number) => Promise<Watched>;
}

/** Gateways for the tests of the suite it is called in; they are down before their folder goes. */
export function watchedGateways(): (toml?: string) => Promise<Watched> {
  let open: { readonly gateway: Gateway; readonly clock: FakeClock } | undefined;
  const close = async (stepMs?: number): Promise<void> => {
    if (open !== undefined) await closed(open, stepMs);
    open = undefined;
  };
  afterEach(() => close());
  const folder = useTempDir();

  async function start(toml: string, clock: FakeClock): Promise<Watched> {
    const dataDir = folder();
    const { config } = load(`[ollama]\ndetect = false\n${toml}`, {
      CALLSHEET_PORT: '0',
      CALLSHEET_DATA_DIR: dataDir,
      CALLSHEET_ADMIN_KEY: KEYS.admin,
    });
    const keys = Object.entries(KEYS).filter(([role]) => role !== 'admin');
    const apiKeys = Object.fromEntries(
      keys.map(([role, key]) => [role, { key, role, active: true, scopes: [], allowedOrigins: [] }]),
    );
    const gateway = await openGateway(
      { ...config, auth: { ...config.auth, apiKeys } },
      { log: pino({ level: 'silent' }), redactor: new Redactor({ secrets: secretsOf(config) }), clock },
    );
    open = { gateway, clock };
    return {
      ...{ gateway, clock, dataDir },
      keyOf: (role) => KEYS[role],
      as: (role) => callerOf(new Peer(gateway.url, { headers: { authorization: `Bearer ${KEYS[role]}` } })),
      restart: async (changed = toml, stepMs) => {
        await close(stepMs);
        return start(changed, new FakeClock(clock.now()));
      },
    };
  }
  return (toml = '') => start(toml, new FakeClock());
}

/** Goes down while its time goes on: what waits a moment for others waits by its clock. */
export async function closed({ gateway, clock }: Pick<Watched, 'gateway' | 'clock'>, stepMs = 10): Promise<void> {
  let isDown = false;
  const down = gateway.close().finally(() => {
    isDown = true;
  });
  while (!isDown) {
    clock.advance(stepMs);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await down;
}

function callerOf(peer: Peer): Caller {
  const events: JsonObject[] = [];
  let id = 0;
  const hear = async (): Promise<JsonObject> => {
    const message = (await peer.hear()) as JsonObject;
    if (message.method === 'events/event') events.push(message.params as JsonObject);
    return message;
  };
  return {
    peer,
    ask: async (method, params = {}) => {
      await peer.opened;
      id += 1;
      peer.socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
      for (;;) {
        const message = await hear();
        if (message.id === id) return message as unknown as Answer;
      }
    },
    event: async () => {
      while (events.length === 0) await hear();
      return events.shift() ?? {};
    },
  };
}
