import { Cluster, type Lease } from '@callsheet/discovery';
import type { JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import { AssetUsage } from '../../src/assets/usage.ts';
import { type ReadingsParts, readingsOf } from '../../src/observation/readings.ts';
import { Catalogue } from '../../src/pipeline/catalogue.ts';
import { OfferedSchemas } from '../../src/pipeline/schemas.ts';
import { Traffic } from '../../src/session/traffic.ts';
import { rowOf, serveOwnTools } from '../../src/workers/own-tools.ts';
import { FakeClock } from '../fake-clock.ts';
import { keptLog } from '../kept-log.ts';
import { tool } from '../pipeline/tool-call.ts';

describe('what a gateway knows of itself', () => {
  let clock: FakeClock;
  let cluster: Cluster;
  beforeEach(() => {
    clock = new FakeClock();
    cluster = new Cluster({ clock, random: () => 0.5, log: keptLog() });
  });
  afterEach(() => cluster.close());

  function read(parts: Partial<ReadingsParts> = {}) {
    const catalogue = new Catalogue({
      registry: cluster.registry,
      schemas: new OfferedSchemas(),
      clock,
      absenceMs: 0,
    });
    const usage = new AssetUsage();
    const readings = readingsOf({
      workshop: { catalogue, cluster, keyed: { kept: { entries: 3, bytes: 70 } } as never },
      storage: { census: { list: () => [] } as never, assets: { usage } as never },
      traffic: new Traffic(),
      doors: () => undefined,
      audit: undefined,
      log: undefined,
      ...parts,
    });
    return { readings, usage };
  }
  let instances = 0;
  function join(name: string, tools: readonly JsonObject[] = [rowOf(tool())]): Lease {
    const facts = { instanceId: `instance-${++instances}-of-a-test`, epoch: 1, name, version: '1.0.0', slots: 2 };
    const link = { call: () => new Promise<never>(() => {}) };
    return cluster.registry.register(facts, tools, link, { heartbeats: false });
  }
  const fail = (lease: Lease): void => {
    const guard = cluster.guards.guard(lease.workerId);
    for (let call = 0; call < 5; call++) guard?.ended(guard.started(), 'hard', 'UPSTREAM_ERROR');
  };

  it('is its workers by name and state, those of one name and state together', () => {
    const leases = ['gpu', 'gpu', 'gpu', 'gpu', 'cpu'].map((name) => join(name));
    const [, second, third, fourth] = leases;
    for (const lease of leases.slice(0, 4)) lease.renew();
    second?.drain();
    third?.reportHealth('unhealthy', 'no answer');
    const { readings } = read();
    const byState = (): string[] =>
      (readings.services?.() ?? []).map(({ service, state, instances }) => `${service} ${state} ${instances}`).sort();
    expect(byState()).to.deep.equal(['cpu probing 1', 'gpu down 1', 'gpu draining 1', 'gpu up 2']);
    fourth?.disconnected();
    expect(byState()).to.deep.equal(['cpu probing 1', 'gpu down 2', 'gpu draining 1', 'gpu up 1']);
    for (const lease of leases) lease.release('goodbye');
    expect(byState()).to.deep.equal([]);
  });

  it('is the calls each of them has from here', () => {
    for (const lease of [join('gpu'), join('gpu')]) lease.renew();
    const { readings } = read();
    const inFlight = (): number[] => (readings.services?.() ?? []).map((service) => service.inFlight);
    expect(inFlight()).to.deep.equal([0]);
    const reserved = [1, 2, 3].map(() => cluster.reserve('echo'));
    expect(inFlight()).to.deep.equal([3]);
    for (const reservation of reserved) reservation?.release();
    expect(inFlight()).to.deep.equal([0]);
  });

  it('is the worst circuit breaker of those who share a name', () => {
    const leases = ['gpu', 'gpu', 'gpu', 'gpu', 'cpu'].map((name) => join(name));
    for (const lease of leases) lease.renew();
    const { readings } = read();
    const states = (): object =>
      Object.fromEntries((readings.breakers?.() ?? []).map((row) => [row.breaker, row.state]));
    expect(states()).to.deep.equal({ cpu: 'closed', gpu: 'closed' });
    const [first, second] = leases as [Lease, Lease];
    fail(second);
    expect(states()).to.deep.equal({ cpu: 'closed', gpu: 'open' });
    clock.advance(10_000);
    expect(states()).to.deep.equal({ cpu: 'closed', gpu: 'half_open' });
    fail(first);
    expect(states(), 'an open one is worse than one on trial').to.deep.equal({ cpu: 'closed', gpu: 'open' });
    for (const lease of leases) lease.release('goodbye');
    expect(states()).to.deep.equal({});
  });

  it('forgets what was kept from breakers of many names that are gone, the oldest first', () => {
    let names: readonly string[] = [];
    const standings = () => names.map((name) => ({ id: name, name, guard: 'closed', diverted: 1, picks: 2 }));
    const stub = { registry: cluster.registry, standings };
    const { readings } = read({ workshop: { catalogue: { list: () => [] }, cluster: stub, keyed: {} } as never });
    const rejected = (...now: string[]): (number | undefined)[] => {
      names = now;
      return (readings.breakers?.() ?? []).map((row) => row.rejected);
    };
    expect(rejected('first')).to.deep.equal([1]);
    for (let nth = 0; nth < 400; nth++) rejected(`gpu ${nth}`);
    expect(rejected('gpu 0', 'gpu 399'), 'counted on').to.deep.equal([2, 1]);
    expect(rejected('first'), 'from its beginning').to.deep.equal([1]);
  });

  it('is its tools, followed as workers come and go', () => {
    serveOwnTools(cluster.registry, [tool({ name: 'film', execution: 'job' })]);
    const { readings } = read();
    const tools = (): string[] =>
      Array.from(readings.tools?.() ?? [], ([name, { execution }]) => `${name} ${execution}`);
    expect(tools()).to.deep.equal(['film job']);
    const lease = join('gpu');
    lease.renew();
    expect(tools().sort()).to.deep.equal(['echo call', 'film job']);
    lease.release('goodbye');
    expect(tools()).to.deep.equal(['film job']);
  });

  it('is nothing of connections before the doors are open, and what they say then', () => {
    let doors: ReturnType<ReadingsParts['doors']>;
    const { readings } = read({ doors: () => doors });
    expect(readings.connections?.()).to.deep.equal([{ transport: 'websocket', count: 0 }]);
    expect(readings.unread?.()).to.deep.equal({ sum: 0, max: 0, slow: 0 });
    doors = { connections: 4, unread: { sum: 9, max: 5, slow: 1 } };
    expect(readings.connections?.()).to.deep.equal([{ transport: 'websocket', count: 4 }]);
    expect(readings.unread?.()).to.deep.equal({ sum: 9, max: 5, slow: 1 });
  });

  it('is what it keeps: calls under keys, files, the audit trail where there is one', () => {
    const { readings, usage } = read();
    usage.add('video', 7);
    expect(readings.caches?.()).to.deep.equal([{ cache: 'idempotency', entries: 3, bytes: 70 }]);
    expect(readings.media?.()).to.deep.equal([{ kind: 'video', bytes: 7 }]);
    expect(readings.audit).to.equal(undefined);
    const audit = { counts: { records: 5, failed: 1 } };
    expect(read({ audit }).readings.audit?.()).to.deep.equal({ records: 5, failed: 1 });
  });
});
