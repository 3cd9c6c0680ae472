import { expect } from 'chai';
import {
  Counter,
  collectDefaultMetrics,
  Gauge,
  Histogram,
  Registry,
  type RegistryContentType,
  Summary,
} from 'prom-client';
import { Exposition } from '../../src/exposition/exposition.ts';
import { bridgeInto } from '../../src/exposition/prom-client-bridge.ts';
import { fromPromClient } from '../../src/exposition/prom-client-source.ts';
import { expose } from '../../src/exposition/render.ts';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { decodePage } from './client-model.ts';
import { parsePage } from './parse-page.ts';
import { OPEN_METRICS, PROTOBUF, pageOf } from './read-page.ts';

const TRACE = '0123456789abcdef0123456789abcdef';

function filled(registry = new Registry()): Registry {
  const registers = [registry];
  const calls = new Counter({
    name: 'their_calls_total',
    help: 'Calls "x".',
    labelNames: ['tool', 'status'],
    registers,
  });
  calls.inc({ tool: 'a "quoted"\nname\\', status: 'ok' }, 2);
  calls.inc({ tool: 'other' }, 3);
  new Gauge({ name: 'their_jobs', help: 'Jobs.', registers }).set(-3);
  const wait = new Histogram({ name: 'their_wait', help: 'Wait.', labelNames: ['tool'], buckets: [0.1, 1], registers });
  wait.observe({ tool: 'say' }, 0.05);
  wait.observe({ tool: 'say' }, 7);
  wait.observe({ tool: 'draw' }, 1);
  const size = new Summary({
    name: 'their_size',
    help: 'Size.',
    percentiles: [0.5, 0.99],
    labelNames: ['k'],
    registers,
  });
  size.observe({ k: 'v' }, 4);
  return registry;
}

/** `after` of a source, which the test lets pass. */
function heldTimer() {
  const callbacks = new Set<() => void>();
  const after = (_ms: number, callback: () => void) => {
    callbacks.add(callback);
    return () => callbacks.delete(callback);
  };
  return { after, callbacks, pass: () => [...callbacks].map((callback) => callback()) };
}

describe('metrics of a prom-client registry in our exposition', () => {
  it('say in text what prom-client says of them', async () => {
    const registry = filled();
    registry.setDefaultLabels({ zone: 'b', status: 'none' });
    const theirs = parsePage((await registry.metrics()).replaceAll('\n\n', '\n'), 'text');
    expect(parsePage(await pageOf(fromPromClient(registry)), 'text')).to.deep.equal(theirs);
  });

  it('are valid OpenMetrics and protobuf too, summaries included', async () => {
    const source = fromPromClient(filled());
    const page = parsePage(await pageOf(source, OPEN_METRICS), 'openMetrics');
    expect([...page].map(([name, { type }]) => [name, type])).to.deep.equal([
      ['their_calls', 'counter'],
      ['their_jobs', 'gauge'],
      ['their_wait', 'histogram'],
      ['their_size', 'summary'],
    ]);
    expect(page.get('their_calls')?.samples[1]?.labels).to.deep.equal({ tool: 'other' });
    expect(page.get('their_size')?.samples[1]).to.deep.equal({
      name: 'their_size',
      labels: { k: 'v', quantile: '0.99' },
      value: 4,
    });
    const [calls, , wait, size] = decodePage((await expose(source, PROTOBUF)).body);
    expect(calls?.metric[1]).to.deep.equal({ label: [{ name: 'tool', value: 'other' }], counter: { value: 3 } });
    expect(wait?.metric[0]?.histogram).to.deep.include({ sampleCount: 2, sampleSum: 7.05 });
    expect(size?.type).to.equal('SUMMARY');
    expect(size?.metric[0]?.summary).to.deep.equal({
      sampleCount: 1,
      sampleSum: 4,
      quantile: [
        { quantile: 0.5, value: 4 },
        { quantile: 0.99, value: 4 },
      ],
    });
  });

  it('keep _total and exemplars of a registry of OpenMetrics, whoever asked it before', async () => {
    const registry = new Registry<RegistryContentType>();
    registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
    const registers = [registry];
    const exemplarLabels = { traceId: TRACE };
    const calls = new Counter({ name: 'their_calls_total', help: 'C.', enableExemplars: true, registers });
    calls.inc({ value: 2, exemplarLabels });
    const wait = new Histogram({ name: 'their_wait', help: 'W.', buckets: [1], enableExemplars: true, registers });
    wait.observe({ value: 0.5, exemplarLabels: { trace_id: TRACE } });
    wait.observe({ value: 5, exemplarLabels: { user: 'x' } });
    for (let times = 0; times < 2; times++) {
      const page = parsePage(await pageOf(fromPromClient(registry), OPEN_METRICS), 'openMetrics');
      const [total] = page.get('their_calls')?.samples ?? [];
      expect(total?.name).to.equal('their_calls_total');
      expect(total?.exemplar).to.deep.include({ labels: { trace_id: TRACE }, value: 2 });
      const exemplars = page.get('their_wait')?.samples.map(({ exemplar }) => exemplar?.labels.trace_id);
      expect(exemplars).to.deep.equal([TRACE, undefined, undefined, undefined]);
      await registry.metrics();
    }
  });

  it('stand beside ours, and ours that were put into the registry come once', async () => {
    const ours = new MetricRegistry();
    ours.gauge({ name: 'our_jobs', help: 'Jobs.', labels: [] });
    const theirs = filled();
    bridgeInto(theirs, ours.families());
    const refuse = (fault: Error) => {
      throw fault;
    };
    const exposition = new Exposition([ours, fromPromClient(theirs)], { onFault: refuse });
    const page = parsePage((await exposition.scrape()).body.toString(), 'text');
    expect([...page.keys()]).to.deep.equal([
      'mcp_monitoring_series',
      'mcp_monitoring_series_dropped_total',
      'our_jobs',
      'their_calls_total',
      'their_jobs',
      'their_wait',
      'their_size',
    ]);
  });

  it('are refused at the door when their names are ours, and left out when they become so', async () => {
    const ours = new MetricRegistry();
    const theirs = new Registry();
    const faults: Error[] = [];
    const options = { onFault: (fault: Error) => void faults.push(fault) };
    const exposition = new Exposition([ours, fromPromClient(theirs)], options);
    new Gauge({ name: 'mcp_monitoring_series', help: 'Theirs.', registers: [theirs] });
    expect(() => new Exposition([ours, fromPromClient(theirs)], options)).to.throw(
      TypeError,
      '"mcp_monitoring_series"',
    );
    const { body } = await exposition.scrape();
    expect(parsePage(body.toString(), 'text').get('mcp_monitoring_series')?.help).not.to.equal('Theirs.');
    expect(faults.map(({ message }) => message)).to.deep.equal([
      'Cannot expose the gauge "mcp_monitoring_series": "mcp_monitoring_series" belongs to the metric "mcp_monitoring_series" already; rename one of them',
    ]);
  });

  it('are left out one by one when they cannot be read', async () => {
    const registry = filled();
    new Gauge({
      name: 'broken',
      help: 'B.',
      registers: [registry],
      collect() {
        throw new Error('gone');
      },
    });
    const faults: Error[] = [];
    const { body } = await expose(fromPromClient(registry), undefined, { onFault: (fault) => faults.push(fault) });
    expect([...parsePage(body.toString(), 'text').keys()]).to.have.length(4);
    expect(faults.map(({ cause }) => (cause as Error).message)).to.deep.equal(['gone']);
  });

  it('are waited for once when they never answer, and shown again when they do', async () => {
    const registry = new Registry();
    let answer = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    new Gauge({ name: 'slow', help: 'S.', registers: [registry], collect: () => answered });
    const timer = heldTimer();
    const source = fromPromClient(registry, { timeoutMs: 700, after: timer.after });
    const faults: Error[] = [];
    const scrape = async () => {
      const page = expose(source, undefined, { onFault: (fault) => faults.push(fault) });
      await new Promise((resolve) => setImmediate(resolve));
      timer.pass();
      return (await page).body.toString();
    };
    expect([await scrape(), await scrape()]).to.deep.equal(['', '']);
    expect(faults.map(({ cause }) => (cause as Error).message)).to.deep.equal([
      'it took longer than 700 ms to answer',
      'it has not answered yet what it was asked for an earlier page',
    ]);
    answer();
    await new Promise((resolve) => setImmediate(resolve));
    expect(await scrape()).to.contain('slow 0');
  });

  it('are asked once by pages that are made at the same time', async () => {
    const registry = new Registry();
    let asked = 0;
    new Gauge({
      name: 'g',
      help: 'G.',
      registers: [registry],
      async collect() {
        asked++;
      },
    });
    const timer = heldTimer();
    const source = fromPromClient(registry, { after: timer.after });
    await Promise.all([expose(source), expose(source, OPEN_METRICS)]);
    expect(asked).to.equal(1);
    expect(timer.callbacks.size).to.equal(0);
  });

  it('may be those that prom-client collects by itself', async () => {
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    const page = parsePage(await pageOf(fromPromClient(registry), OPEN_METRICS), 'openMetrics');
    expect(page.get('process_cpu_user_seconds')?.type).to.equal('counter');
    registry.clear();
  });

  it('pass over what is no metric we know', async () => {
    const registry = new Registry();
    const odd = { name: 'odd', help: 'O.', type: 'info', get: async () => ({ values: [] }) };
    registry.registerMetric(odd as unknown as Gauge);
    expect(await pageOf(fromPromClient(registry))).to.equal('');
  });

  it('refuse a wait that is no time', () => {
    for (const timeoutMs of [0, Number.NaN, Infinity]) {
      expect(() => fromPromClient(new Registry(), { timeoutMs })).to.throw(TypeError, `Cannot wait "${timeoutMs}" ms`);
    }
  });
});
