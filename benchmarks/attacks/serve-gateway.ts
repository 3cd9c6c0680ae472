// The whole gateway, with the rates out of the way that would keep the bystander from pinging without a pause.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGateway } from '@callsheet/server';
import { reportMemoryTo } from '../idle/report-memory.ts';

const MANY = 100_000_000;
const folder = mkdtempSync(join(tmpdir(), 'callsheet-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const gateway = await startGateway({
  server: { port: 0, data_dir: folder },
  auth: { admin_key: process.env.CALLSHEET_ADMIN_KEY },
  rate: { calls: MANY, burst: MANY, connection: 'off' },
  tools: { diagnostics: true },
  ollama: { detect: false },
  log: { level: 'warn' },
});
reportMemoryTo(process, Number(new URL(gateway.httpUrl).port));
