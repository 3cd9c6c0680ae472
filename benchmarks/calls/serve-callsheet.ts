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
  log: { level: 'warn' },
});
reportTo(process, Number(new URL(gateway.httpUrl).port));
