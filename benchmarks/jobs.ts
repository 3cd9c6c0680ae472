/**
 * Durable jobs on one machine: how long a caller waits until a job is on disk, and how many jobs go all the way (accepted,
 * started, completed; each step synced, each with its event) in a second. Beside them what the disk itself can do, because
 * times without it say nothing about the code.
 *
 * Run it with `npm run bench jobs`; on Node ≥ 22.13 the built-in SQLite is measured as well.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Principal, Tool, ToolContext, ToolLog } from '@callsheet/protocol';
import { Cluster } from '../discovery/src/index.ts';
import { systemClock } from '../server/src/clock.ts';
import type { Driver } from '../server/src/engine/embedded/driver.ts';
import { openEmbeddedEngine } from '../server/src/engine/embedded/open.ts';
import type { JobTool } from '../server/src/jobs/job-tool.ts';
import { Ledger } from '../server/src/jobs/ledger.ts';
import { JobRunner } from '../server/src/jobs/runner.ts';
import { WorkerPlaces } from '../server/src/workers/job-places.ts';
import { serveOwnTools } from '../server/src/workers/own-tools.ts';

const IN_FLIGHT = 256;
const WARM_UP_MS = 2_000;
const MEASURED_MS = 5_000;
const ACCEPTS = 2_000;

const silent: ToolLog = { debug() {}, info() {}, warn() {}, error() {} };
const owner: Principal = { id: 'bench', role: 'user', scopes: [] };
const args = { prompt: 'x'.repeat(200) };

const nothing: Tool = {
  name: 'nothing',
  title: 'Nothing',
  description: 'Answers at once',
  category: 'bench',
  input: { type: 'object', additionalProperties: false, properties: {} },
  output: { type: 'object', additionalProperties: false, properties: {} },
  execution: 'job',
  timeoutMs: 60_000,
  slots: 'network',
  run: () => Promise.resolve({ ok: true }),
};

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

function describe(samples: number[]): string {
  const sorted = samples.sort((a, b) => a - b);
  return `p50 ${quantile(sorted, 0.5).toFixed(2)} ms, p99 ${quantile(sorted, 0.99).toFixed(2)} ms`;
}

/** 4 KiB written and synced, over and over: the floor under every durable acknowledgement. */
function measureDisk(directory: string): number[] {
  const file = openSync(join(directory, 'floor'), 'w');
  const block = Buffer.alloc(4_096, 1);
  const samples: number[] = [];
  for (let i = 0; i < ACCEPTS; i++) {
    const start = performance.now();
    writeSync(file, block, 0, block.length, (i % 1_024) * block.length);
    fdatasyncSync(file);
    samples.push(performance.now() - start);
  }
  closeSync(file);
  return samples;
}

async function measure(driver: Driver['name']): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'callsheet-bench-'));
  try {
    const engine = await openEmbeddedEngine({ dataDir: directory, driver, log: silent });
    const ledger = new Ledger(engine, { clock: systemClock, random: randomBytes });
    const cluster = new Cluster({ clock: systemClock, random: Math.random, log: silent });
    const ownWorker = serveOwnTools(cluster.registry, [nothing]);
    const { schemaHash } = cluster.registry.catalogue.find(nothing.name)?.tool ?? unused();
    const { name, timeoutMs, slots } = nothing;
    const known: JobTool = { name, timeoutMs, slots, schemaHash, accept() {} };
    const runner = new JobRunner({
      ledger,
      tools: () => known,
      places: new WorkerPlaces(cluster, ownWorker),
      contextFor: ({ job, signal, deadline, progress, memo }) => {
        const { principal, project } = job;
        const context: ToolContext = {
          ...{ signal, deadline, principal, project, progress, memo, trace: {}, dryRun: false, log: silent },
          assets: { put: unused, open: unused, url: unused },
          scratch: unused,
          call: unused,
        };
        return { context, settle: () => undefined };
      },
      slots: { cpu: 1, network: IN_FLIGHT },
      clock: systemClock,
      log: silent,
      clean: (told) => told,
    });
    await runner.start();

    let completed = 0;
    const finished = new Map<string, () => void>();
    ledger.listen(({ jobId, detail }) => {
      if (detail.type !== 'state' || detail.status !== 'completed') return;
      completed += 1;
      finished.get(jobId)?.();
      finished.delete(jobId);
    });
    const submit = () => runner.submit({ principal: owner, tool: 'nothing', args, project: 'bench' });
    const cycle = async (): Promise<void> => {
      const { jobId } = await submit();
      await new Promise<void>((resolve) => finished.set(jobId, resolve));
    };
    let running = true;
    const client = async (): Promise<void> => {
      while (running) await cycle();
    };
    const clients = Array.from({ length: IN_FLIGHT }, client);
    await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS));
    const [from, start, cpuBefore] = [completed, performance.now(), process.cpuUsage()];
    await new Promise((resolve) => setTimeout(resolve, MEASURED_MS));
    const cycles = completed - from;
    const rate = (cycles / (performance.now() - start)) * 1_000;
    const { user, system } = process.cpuUsage(cpuBefore);
    running = false;
    await Promise.all(clients);

    const accepted: number[] = [];
    for (let i = 0; i < ACCEPTS; i++) {
      const asked = performance.now();
      await submit();
      accepted.push(performance.now() - asked);
    }
    const cpu = Math.round((user + system) / cycles);
    console.log(`${driver}: accepted ${describe(accepted)}`);
    console.log(`${driver}: ${Math.round(rate)} job cycles/s with ${IN_FLIGHT} in flight, ${cpu} µs of CPU each`);
    await runner.drain(10_000);
    cluster.close();
    engine.close();
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function unused(): never {
  throw new Error('the tool of this benchmark uses nothing');
}

const directory = mkdtempSync(join(tmpdir(), 'callsheet-bench-'));
console.log(`disk, 4 KiB + fdatasync: ${describe(measureDisk(directory))}`);
rmSync(directory, { recursive: true, force: true });
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
await measure('node-sqlite3-wasm');
if (major > 22 || (major === 22 && minor >= 13)) await measure('node:sqlite');
