import { expect } from 'chai';
import fc from 'fast-check';
import type { CounterFamily } from '../../src/metrics/counter-family.ts';
import type { GaugeFamily } from '../../src/metrics/gauge-family.ts';
import type { FamilyReading } from '../../src/metrics/reading.ts';
import { watchedRegistry } from './reported.ts';

const shown = (family: FamilyReading): [string, number][] =>
  [...family.series()].map(({ labelText, value }) => [labelText, value]);

function counters(cap?: number, labels: readonly string[] = ['tool', 'status']) {
  const { registry, reports } = watchedRegistry();
  const family = registry.counter({ name: 'calls_total', help: 'Calls.', labels, cap });
  return { family, registry, reports };
}

describe('A family of series', () => {
  it('gives the same cell for the same values', () => {
    const { family } = counters();
    const cell = family.cell('render', 'ok');
    expect(family.cell('render', 'ok')).to.equal(cell);
    expect(family.cell('ok', 'render')).not.to.equal(cell);
    expect(family.size).to.equal(2);
    expect(cell.labelValues).to.deep.equal(['render', 'ok']);
  });

  it('does not confuse values that look alike when they are joined', () => {
    const { family } = counters();
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 1 }), { minLength: 4, maxLength: 4 }),
        ([a = 'a', b = 'b', c = 'c', d = 'd']) => {
          expect(family.cell(a, b) === family.cell(c, d)).to.equal(a === c && b === d);
          family.clear();
        },
      ),
    );
  });

  it('escapes what would end a label', () => {
    expect(counters().family.cell('a"b\\n', 'x\ny').labelText).to.equal('tool="a\\"b\\\\n",status="x\\ny"');
  });

  it('calls a value "unknown" that is empty or no text', () => {
    const { family } = counters();
    const unknown = family.cell('unknown', 'unknown');
    for (const value of ['', undefined, null, 5, {}]) {
      expect(family.cell(value as unknown as string, 'unknown')).to.equal(unknown);
    }
    expect(family.size).to.equal(1);
  });

  it('cuts long values at 128 characters, and mends what no encoding can say', () => {
    const { family } = counters();
    const cell = family.cell('x'.repeat(5_000), 'a\ud800b');
    expect(cell.labelValues).to.deep.equal(['x'.repeat(128), 'a\ufffdb']);
    expect(family.cell('x'.repeat(128), 'a\ud800b')).to.equal(cell);
    expect(family.cell(`${'x'.repeat(128)}y`, 'a\ufffdb')).to.equal(cell);
    expect(family.size).to.equal(1);
  });

  for (const values of [[], ['render'], ['render', 'ok', 'more']]) {
    it(`refuses ${values.length} values for two labels`, () => {
      const sentence = `Cannot find a series of "calls_total": it has 2 label values (tool, status), and ${values.length} were given`;
      const { family } = counters();
      family.cell('render', 'ok');
      expect(() => family.cell(...values)).to.throw(RangeError, sentence);
      expect(() => family.replace([{ labelValues: values, value: 1 }])).to.throw(RangeError, sentence);
      expect(family.size).to.equal(1);
    });
  }

  it('takes 500 series unless told otherwise, and one more for everything else', () => {
    const { family } = counters();
    for (let n = 0; n < 2_000; n += 1) family.cell(`junk-${n}`, 'ok').inc();
    expect(family.size).to.equal(501);
    expect(family.dropped).to.equal(1_500);
    expect(shown(family).at(-1)).to.deep.equal(['tool="__overflow__",status="__overflow__"', 1_500]);
  });

  it('still knows the series it had before it was full', () => {
    const { family } = counters(1);
    const cell = family.cell('render', 'ok');
    family.cell('junk', 'ok').inc();
    expect(family.cell('render', 'ok')).to.equal(cell);
    expect(family.cell('__overflow__', '__overflow__').value).to.equal(1);
    expect(family.dropped).to.equal(1);
  });

  it('has one overflow, also when somebody used its name before', () => {
    const { family } = counters(1);
    family.cell('__overflow__', '__overflow__').inc();
    family.cell('junk', 'ok').inc();
    expect(shown(family)).to.deep.equal([['tool="__overflow__",status="__overflow__"', 2]]);
  });

  it('finds a place again after one was removed', () => {
    const { family } = counters(1);
    family.cell('render', 'ok').inc(7);
    expect(family.remove('render', 'bad')).to.equal(false);
    expect(family.remove('render', 'ok')).to.equal(true);
    expect(family.size).to.equal(0);
    family.cell('voice', 'ok').inc();
    expect(shown(family)).to.deep.equal([['tool="voice",status="ok"', 1]]);
    family.cell('junk', 'ok').inc();
    expect(family.remove('__overflow__', '__overflow__')).to.equal(true);
    family.cell('junk', 'ok').inc();
    expect(shown(family)).to.deep.equal([
      ['tool="voice",status="ok"', 1],
      ['tool="__overflow__",status="__overflow__"', 1],
    ]);
  });

  it('does not count the overflow when it looks for a place', () => {
    const { family } = counters(2);
    for (const tool of ['a', 'b', 'junk']) family.cell(tool, 'ok').inc();
    family.remove('a', 'ok');
    expect(family.cell('c', 'ok').labelValues[0]).to.equal('c');
    expect(family.cell('d', 'ok').labelValues[0]).to.equal('__overflow__');
  });

  it('begins at zero with a series that was removed and comes back', () => {
    const { family } = counters();
    const old = family.cell('render', 'ok');
    old.inc(7);
    family.cell('render', 'bad');
    family.remove('render', 'ok');
    expect(family.cell('render', 'ok')).not.to.equal(old);
    old.inc();
    expect(family.cell('render', 'ok').value).to.equal(0);
    family.clear();
    expect(shown(family)).to.deep.equal([]);
    expect(family.cell('render', 'ok').value).to.equal(0);
  });

  it('never has more series than its cap and one, whatever is asked, removed and replaced', () => {
    const values = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.constantFrom('a', 'b', 'c', '__overflow__'));
    const step = fc.oneof(
      fc.record({ inc: values }),
      fc.record({ remove: values }),
      fc.record({ replace: fc.array(values, { maxLength: 12 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 6 }), (steps, cap) => {
        const { family } = counters(cap);
        for (const one of steps) {
          if ('inc' in one) family.cell(...one.inc).inc();
          else if ('remove' in one) family.remove(...one.remove);
          else family.replace(one.replace.map((labelValues) => ({ labelValues, value: 1 })));
          const texts = shown(family).map(([text]) => text);
          expect(texts.length).to.be.at.most(cap + 1);
          expect(new Set(texts).size).to.equal(texts.length);
          expect(family.size).to.equal(texts.length);
        }
      }),
    );
  });
});

describe('A family that is read from somewhere else', () => {
  function gauges(rows: () => readonly { labelValues: readonly string[]; value: number }[], cap?: number) {
    const { registry, reports } = watchedRegistry();
    const collect = (family: GaugeFamily) => family.replace(rows());
    return { family: registry.gauge({ name: 'jobs', help: 'Jobs.', labels: ['kind'], cap, collect }), reports };
  }
  const row = (kind: string, value: number) => ({ labelValues: [kind], value });

  it('shows what there is at each reading, and no longer what is gone', () => {
    let rows = [row('render', 2), row('voice', 0)];
    const { family } = gauges(() => rows);
    expect(shown(family)).to.deep.equal([
      ['kind="render"', 2],
      ['kind="voice"', 0],
    ]);
    rows = [row('voice', 5), row('music', 1)];
    expect(shown(family)).to.deep.equal([
      ['kind="voice"', 5],
      ['kind="music"', 1],
    ]);
  });

  it('adds up rows of the same labels, and those that have no place', () => {
    const { family } = gauges(() => [row('a', 1), row('a', 2), row('b', 4), row('c', 8)], 1);
    const expected = [
      ['kind="a"', 3],
      ['kind="__overflow__"', 12],
    ];
    expect(shown(family)).to.deep.equal(expected);
    expect(shown(family)).to.deep.equal(expected);
  });

  it('lets go of what is gone before it looks for places for what is new', () => {
    let rows = [row('a', 1), row('b', 1)];
    const { family } = gauges(() => rows, 2);
    shown(family);
    rows = [row('c', 3), row('b', 2)];
    expect(shown(family)).to.have.deep.members([
      ['kind="b"', 2],
      ['kind="c"', 3],
    ]);
    expect(family.dropped).to.equal(0);
  });

  it('shows what it last did while reading fails, and reports that once an outage', () => {
    let fails = false;
    const { family, reports } = gauges(() => {
      if (fails) throw new Error('the database is gone');
      return [row('render', 2)];
    });
    expect(shown(family)).to.deep.equal([['kind="render"', 2]]);
    const report = { sentence: 'Cannot read the metric "jobs"; it shows what it last was', metric: 'jobs' };
    fails = true;
    for (let look = 0; look < 3; look++) expect(shown(family)).to.deep.equal([['kind="render"', 2]]);
    expect(reports).to.deep.equal([report]);
    fails = false;
    shown(family);
    fails = true;
    shown(family);
    expect(reports).to.deep.equal([report, report]);
  });

  it('takes totals of counters, and may look at itself while it is read', () => {
    const { registry } = watchedRegistry();
    let seen = -1;
    const family: CounterFamily = registry.counter({
      name: 'received_bytes_total',
      help: 'Bytes.',
      labels: ['transport'],
      collect: (own) => {
        seen = [...own.series()].length;
        own.replace([{ labelValues: ['websocket'], value: 900 }]);
      },
    });
    expect(shown(family)).to.deep.equal([['transport="websocket"', 900]]);
    expect(shown(family)).to.deep.equal([['transport="websocket"', 900]]);
    expect(seen).to.equal(1);
  });

  it('reads histograms before it shows them, too', () => {
    const { registry } = watchedRegistry();
    const family = registry.histogram({
      name: 'lag_seconds',
      help: 'Lag.',
      labels: [],
      bounds: [1],
      collect: (own) => own.cell().observe(0.5),
    });
    expect(shown(family)).to.deep.equal([['', 1]]);
    expect(shown(family)).to.deep.equal([['', 2]]);
  });
});
