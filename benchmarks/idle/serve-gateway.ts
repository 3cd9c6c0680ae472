// The whole gateway, with the limits out of the way that would keep one caller from holding so many connections.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGateway } from '@callsheet/server';
import { reportMemoryTo } from './report-memory.ts';

const MANY = 100_000;
const folder = mkdtempSync(join(tmpdir(), 'callsheet-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const gateway = await startGateway({
  server: { port: 0, data_dir: folder, max_connections: MANY },
  auth: { admin_key: process.env.CALLSHEET_ADMIN_KEY },
  limits: { max_connections_per_principal: MANY, max_opening_per_address: MANY },
  ollama: { detect: false },
  log: { level: 'warn' },
});
reportMemoryTo(process, Number(new URL(gateway.httpUrl).port));
