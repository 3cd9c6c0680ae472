import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import fc from 'fast-check';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { arbitraryFamilies, expectSameFigures } from './arbitrary-families.ts';
import { fakeFamily } from './fake-family.ts';
import { parsePage } from './parse-page.ts';
import { pageOf } from './read-page.ts';

describe('text 0.0.4', () => {
  it('writes counters, gauges and histograms', async () => {
    const page = await pageOf([
      fakeFamily(
        'counter',
        'calls_total',
        ['tool', 'status'],
        [
          { labelValues: ['say', 'ok'], value: 3 },
          { labelValues: ['say', 'error'], value: 0 },
        ],
      ),
      fakeFamily('gauge', 'jobs', [], [{ value: -1.5 }]),
      fakeFamily(
        'histogram',
        'wait_seconds',
        ['tool'],
        [
          {
            labelValues: ['say'],
            histogram: { bounds: [0.1, 1, 1e6], counts: Float64Array.of(2, 0, 1, 4), sum: 12.5 },
          },
        ],
      ),
      fakeFamily('histogram', 'size_bytes', [], [{ histogram: { bounds: [1], counts: Float64Array.of(0, 0) } }]),
    ]);
    expect(page).to.equal(`# HELP calls_total Help of calls_total.
# TYPE calls_total counter
calls_total{tool="say",status="ok"} 3
calls_total{tool="say",status="error"} 0
# HELP jobs Help of jobs.
# TYPE jobs gauge
jobs -1.5
# HELP wait_seconds Help of wait_seconds.
# TYPE wait_seconds histogram
wait_seconds_bucket{tool="say",le="0.1"} 2
wait_seconds_bucket{tool="say",le="1"} 2
wait_seconds_bucket{tool="say",le="1000000"} 3
wait_seconds_bucket{tool="say",le="+Inf"} 7
wait_seconds_sum{tool="say"} 12.5
wait_seconds_count{tool="say"} 7
# HELP size_bytes Help of size_bytes.
# TYPE size_bytes histogram
size_bytes_bucket{le="1"} 0
size_bytes_bucket{le="+Inf"} 0
size_bytes_sum 0
size_bytes_count 0
`);
  });

  it('escapes what would end a value or a line, and nothing else', async () => {
    const rows = [{ labelValues: ['C:\\new "x"\nßü漢🎬'], value: 1 }];
    const page = await pageOf([
      fakeFamily('gauge', 'odd', ['path'], rows, { help: 'back\\slash, "quote",\nline, 漢' }),
    ]);
    expect(page).to.equal(
      '# HELP odd back\\\\slash, "quote",\\nline, 漢\n# TYPE odd gauge\nodd{path="C:\\\\new \\"x\\"\\nßü漢🎬"} 1\n',
    );
  });

  it('writes what is no finite number as Prometheus spells it', async () => {
    const rows = [Number.NaN, Infinity, -Infinity].map((value, index) => ({ labelValues: [`${index}`], value }));
    const lines = (await pageOf([fakeFamily('gauge', 'odd', ['n'], rows)])).split('\n');
    expect(lines.slice(2)).to.deep.equal(['odd{n="0"} NaN', 'odd{n="1"} +Inf', 'odd{n="2"} -Inf', '']);
  });

  it('tells of a family without series that there is one', async () => {
    expect(await pageOf([fakeFamily('counter', 'calls_total', ['tool'], [])])).to.equal(
      '# HELP calls_total Help of calls_total.\n# TYPE calls_total counter\n',
    );
    expect(await pageOf([])).to.equal('');
  });

  it('has no exemplars, which it has no place for', async () => {
    const exemplar = { value: 1, traceId: 'ab'.repeat(16), at: 1000 };
    const page = await pageOf([fakeFamily('counter', 'calls_total', [], [{ value: 1, exemplar }])]);
    expect(page).not.to.contain('abab');
  });

  it('says what the cells hold, whatever they hold and however they are called', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryFamilies(), async (families) => {
        expectSameFigures(families, parsePage(await pageOf(families), 'text'), 'text');
      }),
    );
  });
});

describe('text 0.0.4 beside promtool', () => {
  before(function () {
    if (spawnSync('promtool', ['--version']).error === undefined) return;
    console.log('      promtool is not installed: the page is not checked by it');
    this.skip();
  });

  it('has nothing that promtool refuses or warns of', async () => {
    const registry = new MetricRegistry();
    const odd = ['say', 'C:\\new "x"\nßü漢🎬', ''];
    const calls = registry.counter({
      name: 'mcp_calls_total',
      help: 'Calls, "all" of them\\.\nEven these.',
      labels: ['tool'],
    });
    const jobs = registry.gauge({ name: 'mcp_jobs', help: 'Jobs there are.', labels: [] });
    const wait = registry.histogram({
      name: 'mcp_wait_seconds',
      help: 'How long they waited.',
      unit: 'seconds',
      labels: ['tool'],
      bounds: [5e-5, 0.01, 1, 300, 1e6],
      native: true,
    });
    for (const tool of odd) {
      calls.cell(tool).inc(1e21);
      for (const value of [1e-7, 0.5, 7, 1e9]) wait.cell(tool).observe(value, 'ab'.repeat(16));
    }
    jobs.cell().set(Number.MIN_VALUE);
    const page = await pageOf(registry);
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: page, encoding: 'utf8' });
    expect(stdout + stderr).to.equal('');
    expect(status).to.equal(0);
    expect(parsePage(page, 'text').get('mcp_calls_total')?.samples).to.have.length(3);
  });
});
