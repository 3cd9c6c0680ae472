// The whole gateway, with the limits out of the way that would keep one caller from being a fleet.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGateway } from '@callsheet/server';
import { reportTo } from '../calls/report-cpu.ts';

const MANY = 100_000;
const folder = mkdtempSync(join(tmpdir(), 'callsheet-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const key = process.env.CALLSHEET_ADMIN_KEY;
const gateway = await startGateway({
  server: { port: 0, data_dir: folder, max_connections: MANY },
  auth: { api_keys: { driver: { key, role: 'admin' }, fleet: { key: `${key}-of-workers`, role: 'worker' } } },
  limits: { max_connections_per_principal: MANY, max_opening_per_address: MANY },
  ollama: { detect: false },
  log: { level: 'warn' },
});
reportTo(process, Number(new URL(gateway.httpUrl).port));
