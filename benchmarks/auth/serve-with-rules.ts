// The whole gateway with the rules named on the command line. Nobody reaches the rates: what is measured is counting.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GatewaySettings, startGateway } from '@callsheet/server';
import { reportTo } from '../calls/report-cpu.ts';
import type { Rules } from './rules.ts';

const HIGH = '100000000/1s+100000000';
const CALLER = { calls: 100_000_000, window_s: 1, burst: 100_000_000 };
const ROLES = { admin: { allow: ['get_*', 'diagnostics_*', '*/*'], deny: ['batch_*', 'keys/*', 'audit/*'] } };

const folder = mkdtempSync(join(tmpdir(), 'callsheet-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'no-rate.yaml');
writeFileSync(file, 'version: 1\nlimits:\n  admin: { rate: "off" }\n');
const settings: Record<Rules, GatewaySettings> = {
  'no rules': { policy: { file }, rate: { ...CALLER, connection: 'off' } },
  'usual rules': { policy: { roles: ROLES }, rate: { ...CALLER, connection: HIGH } },
  'every rule': {
    policy: { roles: ROLES },
    rate: { ...CALLER, connection: HIGH, global: HIGH, tools: { '*_echo': { rate: HIGH } } },
  },
};
const gateway = await startGateway({
  server: { port: 0, data_dir: folder },
  auth: { admin_key: process.env.CALLSHEET_ADMIN_KEY },
  limits: { max_in_flight_per_principal: 100_000 },
  tools: { diagnostics: true },
  ollama: { detect: false },
  log: { level: 'warn' },
  ...settings[process.argv[2] as Rules],
});
reportTo(process, Number(new URL(gateway.httpUrl).port));
