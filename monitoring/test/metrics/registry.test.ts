import { expect } from 'chai';
import type { FamilyDefinition } from '../../src/metrics/definition.ts';
import { MetricRegistry } from '../../src/metrics/registry.ts';

const define = (over: object): FamilyDefinition => ({ name: 'calls_total', help: 'Calls.', labels: [], ...over });
const names = (registry: MetricRegistry): string[] => [...registry.families()].map(({ name }) => name);

/** Every series with its value, as text. */
function read(registry: MetricRegistry): string[] {
  const lines: string[] = [];
  for (const family of registry.families()) {
    for (const { labelText, value } of family.series()) lines.push(`${family.name}{${labelText}} ${value}`);
  }
  return lines;
}

describe('The registry of metrics', () => {
  const wrong: [string, object, string][] = [
    ['a name with a dash', { name: 'my-calls_total' }, 'names have letters, digits and underscores'],
    ['a name with a colon', { name: 'job:calls_total' }, 'names have letters, digits and underscores'],
    ['a name that begins with a digit', { name: '2_calls_total' }, 'do not begin with a digit'],
    ['a counter without _total', { name: 'calls' }, 'counters end in "_total"; append it'],
    ['a name that is that of a sample', { name: 'calls_count' }, '_bucket, _count, _sum and _created'],
    ['no help', { help: ' ' }, 'it has no help'],
    ['a unit that is not in the name', { unit: 'seconds' }, 'its unit is "seconds"; end its name in "_seconds"'],
    ['labels that are no list', { labels: 'tool' }, 'its labels are no list of names'],
    ['a label with a dash', { labels: ['my-tool'] }, 'its label "my-tool" is none'],
    ['a label of Prometheus', { labels: ['__name__'] }, 'its label "__name__" is none'],
    ['a label of histograms', { labels: ['le'] }, 'the label "le" is Prometheus\' own'],
    ['a label twice', { labels: ['a', 'b', 'a'] }, 'the label "a" is there twice'],
    ['eleven labels', { labels: Array.from('abcdefghijk') }, 'it has 11 labels; the most are 10'],
    ['a cap of nothing', { cap: 0 }, 'its cap is 0; expected a whole number from 1 to 100000'],
    ['a cap of half a series', { cap: 1.5 }, 'its cap is 1.5'],
    ['no cap at all', { cap: Infinity }, 'its cap is Infinity'],
  ];
  for (const [what, over, sentence] of wrong) {
    it(`refuses ${what}`, () => {
      expect(() => new MetricRegistry().counter(define(over))).to.throw(RangeError, sentence);
    });
  }

  it('refuses a name that is no text', () => {
    expect(() => new MetricRegistry().gauge(define({ name: 5 }))).to.throw(TypeError, 'Cannot define a gauge');
  });

  it('refuses gauges and histograms that are called like counters', () => {
    const registry = new MetricRegistry();
    expect(() => registry.gauge(define({}))).to.throw(
      'Cannot define the gauge "calls_total": only counters end in "_total"',
    );
    expect(() => registry.histogram({ ...define({}), bounds: [1] })).to.throw('only counters end in "_total"');
  });

  for (const [bounds, sentence] of [
    [[], 'its bounds are no list of 1 to 100 numbers'],
    ['1', 'its bounds are no list of 1 to 100 numbers'],
    [Array.from({ length: 101 }, (_, at) => at), 'its bounds are no list of 1 to 100 numbers'],
    [[1, Infinity], 'its bound Infinity is not finite; leave the infinite one out'],
    [[1, 3, 2], 'its bound 2 is not above the one before; sort them'],
    [[1, 1], 'its bound 1 is not above the one before'],
  ] as const) {
    it(`refuses a histogram because ${sentence}`, () => {
      const definition = { name: 'call_seconds', help: 'Calls.', labels: [], bounds: bounds as number[] };
      expect(() => new MetricRegistry().histogram(definition)).to.throw(RangeError, sentence);
    });
  }

  it('takes a base unit that the name ends in', () => {
    const registry = new MetricRegistry();
    expect(registry.counter(define({ name: 'cpu_seconds_total', unit: 'seconds' })).unit).to.equal('seconds');
    expect(registry.gauge(define({ name: 'heap_bytes', unit: 'bytes' })).unit).to.equal('bytes');
  });

  it('has one family of a name, also as OpenMetrics sees it', () => {
    const registry = new MetricRegistry();
    registry.counter(define({}));
    expect(() => registry.counter(define({}))).to.throw(
      RangeError,
      'Cannot define the counter "calls_total": there is the counter "calls_total"',
    );
    expect(() => registry.gauge(define({ name: 'calls' }))).to.throw('there is the counter "calls_total"');
  });

  it('finds families by name, and shows them in the order of their names', () => {
    const registry = new MetricRegistry();
    const zoo = registry.gauge(define({ name: 'zoo' }));
    registry.counter(define({ name: 'ants_total' }));
    expect(names(registry)).to.deep.equal([
      'ants_total',
      'mcp_monitoring_series',
      'mcp_monitoring_series_dropped_total',
      'zoo',
    ]);
    registry.histogram({ ...define({ name: 'bees' }), bounds: [1] });
    expect(names(registry)[1]).to.equal('bees');
    expect(registry.family('zoo')).to.equal(zoo);
    expect(registry.family('ants')).to.equal(undefined);
    expect(registry.family('lions')).to.equal(undefined);
  });

  it('shows zero from the start for what has no labels', () => {
    const registry = new MetricRegistry();
    registry.gauge(define({ name: 'open' }));
    registry.counter(define({ name: 'calls_total', labels: ['tool'] }));
    expect(read(registry)).to.include('open{} 0');
    expect(registry.family('calls_total')?.size).to.equal(0);
  });

  it('says of every family how many series it has and how often one found no place', () => {
    const registry = new MetricRegistry();
    const calls = registry.counter(define({ labels: ['tool'], cap: 2 }));
    for (const tool of ['a', 'b', 'c', 'd', 'a', 'c']) calls.cell(tool).inc();
    const lines = read(registry);
    expect(lines).to.include('mcp_monitoring_series{metric="calls_total"} 3');
    expect(lines).to.include('mcp_monitoring_series_dropped_total{metric="calls_total"} 3');
    expect(lines).to.include('mcp_monitoring_series{metric="mcp_monitoring_series"} 3');
    expect(lines).to.include('mcp_monitoring_series_dropped_total{metric="mcp_monitoring_series"} 0');
  });

  it('reads the same twice when nothing happened in between', () => {
    const registry = new MetricRegistry();
    const calls = registry.counter(define({ labels: ['tool'], cap: 2 }));
    registry.gauge({ ...define({ name: 'jobs', labels: ['kind'] }), collect: (own) => own.cell('render').set(3) });
    registry
      .histogram({ ...define({ name: 'call_seconds' }), bounds: [1, 2], native: true })
      .cell()
      .observe(1.5);
    for (const tool of ['a', 'b', 'c']) calls.cell(tool).inc();
    read(registry);
    expect(read(registry)).to.deep.equal(read(registry));
  });

  it('has an end, too', () => {
    const registry = new MetricRegistry();
    for (let nth = 2; nth < 5_000; nth += 1) registry.gauge(define({ name: `gauge_${nth}` }));
    expect(() => registry.gauge(define({ name: 'one_more' }))).to.throw(RangeError, 'there are 5000 families already');
    expect(registry.family('mcp_monitoring_series')?.size).to.equal(5_000);
  });

  it('works without anybody to report to', () => {
    const calls = new MetricRegistry().counter(define({}));
    calls.cell().inc(-1);
    calls.cell().inc(1, 'a'.repeat(32));
    expect(calls.cell().value).to.equal(1);
    expect(calls.cell().exemplar?.at).to.be.greaterThan(1_700_000_000_000);
  });
});
