import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { type DelayMonitor, drainDelays } from '../../src/observe/event-loop-lag.ts';
import { pauseKind } from '../../src/observe/gc-pauses.ts';
import { openFiles } from '../../src/observe/open-files.ts';
import { observeRuntime } from '../../src/observe/runtime.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** A monitor of these delays. */
class Delays implements DelayMonitor {
  enabled = false;
  values: number[] = [];

  get count(): number {
    return this.values.length;
  }

  enable(): boolean {
    this.enabled = true;
    return true;
  }

  disable(): boolean {
    this.enabled = false;
    return true;
  }

  reset(): void {
    this.values = [];
  }

  /** As HdrHistogram has it: the value that so many percent do not exceed. */
  percentile(percent: number): number {
    const sorted = [...this.values].sort((a, b) => a - b);
    return (sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length - 1e-9) - 1)] ?? 0) * 1e6;
  }
}

function lagOf(delaysMs: readonly number[]): { sum: number; count: number; counts: readonly number[] } {
  const registry = new MetricRegistry();
  const cell = registry.histogram({ name: 'lag_seconds', help: 'Lag', labels: [], bounds: [0.001, 0.1] }).cell();
  const delays = new Delays();
  delays.values = [...delaysMs];
  drainDelays(delays, cell);
  drainDelays(delays, cell);
  return { sum: cell.sum, count: cell.count, counts: [...cell.counts] };
}

describe('lag of the event loop', () => {
  it('is nothing while the loop comes to its timers in time', () => {
    expect(lagOf([20, 20, 19.9])).to.deep.equal({ sum: 0, count: 3, counts: [3, 0, 0] });
  });

  it('is what is beyond the resolution, sample by sample, each once', () => {
    const { sum, counts } = lagOf([20, 70, 20.5, 520]);
    expect(counts).to.deep.equal([2, 1, 1]);
    expect(sum).to.be.closeTo(0.5505, 1e-9);
  });

  it('is drawn from a thousand samples where there are more', () => {
    const many = Array.from({ length: 5000 }, (_, nth) => (nth % 10 === 0 ? 120 : 20));
    const { count, counts } = lagOf(many);
    expect(count).to.equal(1000);
    expect(counts).to.deep.equal([900, 100, 0]);
  });
});

describe('the process', () => {
  const build = { version: '1.2.3', protocol: '2026-11' };
  const begun: (() => void)[] = [];
  afterEach(() => {
    for (const end of begun.splice(0)) end();
  });

  function observed(parts: { readonly now?: () => number; readonly delays?: DelayMonitor } = {}): MetricRegistry {
    const registry = new MetricRegistry();
    begun.push(observeRuntime({ registry, build, ...parts }));
    return registry;
  }
  const value = (registry: MetricRegistry, name: string): number | undefined =>
    [...(registry.family(name)?.series() ?? [])][0]?.value;

  it('tells its memory, its processor time and its age', () => {
    const registry = observed({ now: () => 1_000_000_000 });
    expect(value(registry, 'nodejs_heap_used_bytes')).to.be.within(1e6, 4e9);
    expect(value(registry, 'process_resident_memory_bytes')).to.be.within(1e7, 8e9);
    expect(value(registry, 'process_cpu_seconds_total')).to.be.greaterThan(0);
    expect(value(registry, 'process_start_time_seconds')).to.be.within(1_000_000 - process.uptime() - 1, 1_000_000);
    expect(value(registry, 'nodejs_eventloop_utilization_ratio')).to.be.within(0, 1);
  });

  it('tells its versions', () => {
    const [info] = observed().family('mcp_build_info')?.series() ?? [];
    expect(info?.value).to.equal(1);
    expect(info?.labelText).to.equal(`version="1.2.3",node="${process.version}",protocol="2026-11"`);
  });

  it('reads the lag of its loop, and stops', () => {
    const delays = new Delays();
    const registry = observed({ delays });
    expect(delays.enabled).to.equal(true);
    delays.values = [120, 20];
    expect(value(registry, 'nodejs_eventloop_lag_seconds')).to.equal(2);
    expect(value(registry, 'nodejs_eventloop_lag_seconds')).to.equal(2);
    for (const end of begun.splice(0)) end();
    expect(delays.enabled).to.equal(false);
  });

  it('keeps no process alive, and measures collections of garbage by kind', () => {
    const source = `
      import { setImmediate } from 'node:timers/promises';
      import { MetricRegistry } from './monitoring/src/metrics/registry.ts';
      import { observeRuntime } from './monitoring/src/observe/runtime.ts';
      const registry = new MetricRegistry();
      observeRuntime({ registry, build: { version: '1', protocol: '1' } });
      globalThis.gc();
      const major = () => [...registry.family('nodejs_gc_duration_seconds').series()]
        .find(({ labelValues }) => labelValues[0] === 'major').value;
      for (let turn = 0; turn < 1000 && major() === 0; turn++) await setImmediate();
      console.log(major() > 0);
    `;
    const args = ['--expose-gc', '--import', 'tsx', '--conditions=source', '--input-type=module', '-e', source];
    const { stdout, status, stderr } = spawnSync(process.execPath, args, {
      cwd: ROOT,
      encoding: 'utf8',
      timeout: 50_000,
    });
    expect(stderr).to.equal('');
    expect(stdout).to.equal('true\n');
    expect(status).to.equal(0);
  });

  it('knows kinds of collections that come later as other', () => {
    expect(pauseKind({ detail: { kind: 1 } })).to.equal('minor');
    for (const entry of [{}, { detail: null }, { detail: {} }, { detail: { kind: 512 } }]) {
      expect(pauseKind(entry)).to.equal('other');
    }
  });

  it('counts open files where the system tells', function () {
    if (process.platform !== 'linux') this.skip();
    expect(openFiles()).to.be.greaterThan(3);
    expect(openFiles('/no/such/folder')).to.equal(undefined);
    expect(value(observed(), 'process_open_fds')).to.be.greaterThan(3);
  });
});
