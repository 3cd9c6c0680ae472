// Builds the dashboards that are shipped: node --import tsx --conditions=source monitoring/scripts/build-dashboards.ts [folder]
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { alerts } from './dashboards/alerts.ts';
import { dashboard } from './dashboards/board.ts';
import { connections } from './dashboards/connections.ts';
import { jobs } from './dashboards/jobs.ts';
import { overview } from './dashboards/overview.ts';
import { providers } from './dashboards/providers.ts';
import { runtime } from './dashboards/runtime.ts';
import { services } from './dashboards/services.ts';
import { tools } from './dashboards/tools.ts';

const BOARDS = [overview, tools, jobs, connections, services, providers, runtime, alerts];
const folder = process.argv[2] ?? fileURLToPath(new URL('../dashboards', import.meta.url));

mkdirSync(folder, { recursive: true });
for (const board of BOARDS) {
  writeFileSync(join(folder, `${board.slug}.json`), `${JSON.stringify(dashboard(board), null, 2)}\n`);
}
