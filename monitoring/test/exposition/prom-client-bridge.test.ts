import { expect } from 'chai';
import { AggregatorRegistry, Counter, Registry, type RegistryContentType } from 'prom-client';
import { bridgeInto } from '../../src/exposition/prom-client-bridge.ts';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { parsePage } from './parse-page.ts';
import { OPEN_METRICS, pageOf } from './read-page.ts';

const TRACE = '0123456789abcdef0123456789abcdef';

function filled(): MetricRegistry {
  const registry = new MetricRegistry({ now: () => 5000 });
  const calls = registry.counter({ name: 'calls_total', help: 'Calls.', labels: ['tool'] });
  calls.cell('a "quoted"\nname\\').inc(2, TRACE);
  registry.gauge({ name: 'jobs', help: 'Jobs.', labels: [] }).cell().set(-3);
  const bounds = [0.1, 1];
  const wait = registry.histogram({ name: 'wait_seconds', help: 'Wait.', unit: 'seconds', labels: ['tool'], bounds });
  wait.cell('say').observe(0.05);
  wait.cell('say').observe(7, TRACE);
  return registry;
}

describe('the bridge into a prom-client registry', () => {
  it('shows in metrics() what our own text says', async () => {
    const ours = filled();
    const registry = new Registry();
    bridgeInto(registry, ours.families());
    const theirs = parsePage((await registry.metrics()).replaceAll('\n\n', '\n'), 'text');
    expect(theirs).to.deep.equal(parsePage(await pageOf(ours), 'text'));
  });

  it('shows the figures as they are when it is asked, of the families there were', async () => {
    const ours = new MetricRegistry();
    const jobs = ours.gauge({ name: 'jobs', help: 'Jobs.', labels: [] });
    const registry = new Registry();
    bridgeInto(registry, [jobs]);
    jobs.cell().set(8);
    expect(await registry.getSingleMetricAsString('jobs')).to.equal('# HELP jobs Jobs.\n# TYPE jobs gauge\njobs 8');
    expect(registry.getMetricsAsArray()).to.have.length(1);
  });

  it('shows exemplars in OpenMetrics, and keeps _total in the text of other registries and of its own', async () => {
    const ours = filled();
    const openMetrics = new Registry<RegistryContentType>();
    openMetrics.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
    const text = new Registry();
    bridgeInto(openMetrics, ours.families());
    bridgeInto(text, ours.families());
    for (let times = 0; times < 2; times++) {
      const page = await openMetrics.metrics();
      expect(page).to.contain(`\\\\"} 2 # {trace_id="${TRACE}"} 2 5\n`);
      expect(page).to.contain(`wait_seconds_bucket{le="+Inf",tool="say"} 2 # {trace_id="${TRACE}"} 7 5\n`);
      expect(page).to.match(/^# TYPE calls counter$/m);
      expect(page).to.match(/^calls_total\{/m);
    }
    openMetrics.setContentType(Registry.PROMETHEUS_CONTENT_TYPE);
    for (const registry of [openMetrics, text]) expect(await registry.metrics()).to.match(/^calls_total\{/m);
    expect(await pageOf(ours, OPEN_METRICS)).to.contain('# TYPE calls counter');
  });

  it('is added up over the processes of a cluster', async () => {
    const pages = await Promise.all(
      [filled(), filled()].map(async (ours) => {
        const registry = new Registry();
        bridgeInto(registry, ours.families());
        // What goes from one process to another is text.
        return JSON.parse(JSON.stringify(await registry.getMetricsAsJSON())) as object;
      }),
    );
    const sum = parsePage((await AggregatorRegistry.aggregate(pages).metrics()).replaceAll('\n\n', '\n'), 'text');
    expect(sum.get('calls_total')?.samples[0]?.value).to.equal(4);
    expect(sum.get('jobs')?.samples[0]?.value).to.equal(-6);
    expect(sum.get('wait_seconds')?.samples.map(({ value }) => value)).to.deep.equal([2, 2, 4, 14.1, 4]);
  });

  it('stays in merged registries and takes their default labels', async () => {
    const registry = new Registry();
    registry.setDefaultLabels({ zone: 'b' });
    bridgeInto(registry, filled().families());
    expect(await registry.metrics()).to.contain('wait_seconds_count{tool="say",zone="b"} 2');
    expect(await Registry.merge([registry, new Registry()]).metrics()).to.contain('wait_seconds_count{tool="say"} 2');
  });

  it('is not reset by others', async () => {
    const registry = new Registry();
    bridgeInto(registry, filled().families());
    registry.resetMetrics();
    expect(await registry.metrics()).to.contain('jobs -3');
  });

  it('goes away again, and leaves what came to its place alone', async () => {
    const registry = new Registry();
    const undo = bridgeInto(registry, filled().families());
    registry.removeSingleMetric('calls_total');
    new Counter({ name: 'calls_total', help: 'Theirs.', registers: [registry] });
    undo();
    expect(await registry.metrics()).to.equal(
      '# HELP calls_total Theirs.\n# TYPE calls_total counter\ncalls_total 0\n',
    );
    undo();
  });

  it('refuses a name that is taken, and adds nothing then', () => {
    const registry = new Registry();
    new Counter({ name: 'jobs', help: 'Theirs.', registers: [registry] });
    expect(() => bridgeInto(registry, filled().families())).to.throw(
      TypeError,
      'Cannot show the metric "jobs" in the prom-client registry: it has one of that name already; rename one of them, or take the other out first',
    );
    expect(registry.getMetricsAsArray().map(({ name }) => name)).to.deep.equal(['jobs']);
  });
});
