import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GatewaySettings } from '@callsheet/server';
import { stringify } from 'smol-toml';
import { type Command, command } from '../../server/test/gateway/running.ts';

/** A gateway in a process of its own that pages of one origin may use. */
export interface PageGateway {
  readonly port: number;
  /** `ws://127.0.0.1:<port>/rpc` */
  readonly url: string;
  readonly httpUrl: string;
  /** An administrator's API key. */
  readonly key: string;
  /** Ends the process as a power cut does, and waits until it is gone. */
  kill(): Promise<void>;
  /** Starts it again after `kill`, on the same port and the same data. Resolves when it serves. */
  restart(): Promise<void>;
  /** A ticket for a page of this origin, as an application's own server would fetch it. */
  ticket(): Promise<string>;
  close(): Promise<void>;
}

const KEY = 'admin-key-of-the-browser-tests';

/** No rates, so that a test may ask as fast as it can; tools that need nothing; the page allowed. */
const SETTINGS: GatewaySettings = {
  auth: { admin_key: KEY },
  tools: { diagnostics: true },
  rate: { calls: 100_000_000, connection: 'off' },
  log: { level: 'warn' },
};

/** Starts a gateway. `settings` win, section by section. */
export async function startPageGateway(origin: string, settings: GatewaySettings = {}): Promise<PageGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'callsheet-page-'));
  const file = join(folder, 'callsheet.toml');
  const server = { allowed_origins: [origin], data_dir: join(folder, 'data'), ...settings.server };
  await writeFile(file, stringify({ ...SETTINGS, ...settings, server }));
  let port = 0;
  let running: Command;
  const start = async (): Promise<void> => {
    running = command(['start', '--config', file, '--port', String(port)]);
    const [, given] = await running.says(/WebSocket {2}ws:\/\/[^:]+:(\d+)/);
    port = Number(given);
  };
  const kill = async (): Promise<void> => {
    running.child.kill('SIGKILL');
    await running.exit;
  };
  await start();
  const httpUrl = `http://127.0.0.1:${port}`;
  return {
    port,
    url: `ws://127.0.0.1:${port}/rpc`,
    httpUrl,
    key: KEY,
    kill,
    restart: start,
    async ticket() {
      const headers = { authorization: `Bearer ${KEY}`, origin };
      const answer = await fetch(`${httpUrl}/v1/session/ticket`, { method: 'POST', headers });
      const { ticket } = (await answer.json()) as { ticket: string };
      return ticket;
    },
    async close() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
