import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { METRICS } from '../../src/catalogue/metrics.ts';
import type { MetricTable } from '../../src/catalogue/row.ts';
import type { Left } from './junk.ts';

const TABLE: MetricTable = METRICS;
const MILLION = 1_000_000;
const MIB = 1024 * 1024;

describe('a million tools, methods, keys, stages and caches that do not exist', () => {
  let left: Left;

  before(() => {
    const program = fileURLToPath(new URL('./junk.ts', import.meta.url));
    const args = ['--expose-gc', '--import', 'tsx', '--conditions=source', program];
    const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 55_000 });
    if (status !== 0) throw new Error(`the process ended with ${status}: ${stderr}`);
    left = JSON.parse(stdout);
  });

  it('leave no metric with more series than its cap and one', () => {
    for (const [name, size] of Object.entries(left.sizes)) {
      if (name.startsWith('mcp_monitoring_series')) continue;
      expect(size, name).to.be.at.most((TABLE[name]?.cap ?? 500) + 1);
    }
  });

  it('are all counted, as other or as overflow', () => {
    expect(left.others).to.deep.equal({ methods: MILLION + 50_000, tools: MILLION + 50_000, stages: MILLION - 19 });
  });

  it('are counted as dropped where they found no place', () => {
    for (const name of ['mcp_provider_requests_total', 'mcp_cache_requests_total']) {
      expect(left.dropped[name], name).to.equal(MILLION - 499);
    }
    expect(left.dropped.mcp_tools_calls_total).to.equal(0);
    expect(left.dropped.mcp_operations_started_total).to.equal(0);
  });

  it('leave the memory as it was: 20 MiB more at most', () => {
    expect(left.rssGrowth).to.be.at.most(20 * MIB);
    expect(left.heapGrowth).to.be.at.most(5 * MIB);
  });

  it('leave a snapshot that is still small, and a hundred callers', () => {
    expect(left.snapshotBytes).to.be.at.most(100_000);
    expect(left.tracked).to.equal(100);
  });
});
