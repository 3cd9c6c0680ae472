// The whole gateway: credentials, policy, validation, deadline, window, dispatch, with the echo tool behind it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGateway } from '@callsheet/server';
import { reportTo } from './report-cpu.ts';

const folder = mkdtempSync(join(tmpdir(), 'callsheet-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const gateway = await startGateway({
  server: { port: 0, data_dir: folder },
  auth: { admin_key: process.env.CALLSHEET_ADMIN_KEY },
  limits: { max_in_flight_per_principal: 100_000 },
  // Rates that are counted and never reached.
  rate: { calls: 100_000_000, window_s: 1, global: '100000000/1s', connection: '100000000/1s' },
  tools: { diagnostics: true },
  ollama: { detect: false },
  log: { level: 'warn', ...off(['events', 'metrics'], 'files') },
  metrics: off(['enabled'], 'metrics'),
  tracing: off(['enabled'], 'traces'),
});
/** What an argument `without=metrics,traces,files` names is off, to see what it costs. */
function off(keys: readonly string[], what: string): Readonly<Record<string, false>> {
  const [, left = ''] = (process.argv[2] ?? '').split('without=');
  return left.split(',').includes(what) ? Object.fromEntries(keys.map((key) => [key, false as const])) : {};
}

reportTo(process, Number(new URL(gateway.httpUrl).port));
