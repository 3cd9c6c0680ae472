import { expect } from 'chai';
import fc from 'fast-check';
import type { ExposedFamily } from '../../src/exposition/family.ts';
import { canonicalNumber, formatNumber } from '../../src/exposition/number.ts';
import type { Exemplar, FamilyReading, NativeReading } from '../../src/metrics/reading.ts';
import { type FakeSeries, fakeFamily } from './fake-family.ts';
import type { ParsedFamily, ParsedSample } from './parse-page.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc
    .array(fc.constantFrom('\\', '"', '\n', 'n', '{', '}', ',', '=', ' ', '#', '\r', '\u2028', 'é', '🎬'), {
      maxLength: 12,
    })
    .map((parts) => parts.join('')),
);
const labelValue = anyText.filter((text) => text !== '');
const anyNumber = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(0, -0, Number.NaN, Infinity, -Infinity, 2 ** 53, 1e21, 5e-324),
);
const count = fc.oneof(fc.constant(0), fc.nat(), fc.integer({ min: 0, max: 2 ** 40 }));
const exemplar: fc.Arbitrary<Exemplar> = fc.record({
  value: fc.double({ noNaN: true, noDefaultInfinity: true }),
  traceId: fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 32, maxLength: 32 }),
  at: fc.integer({ min: 0, max: 4e12 }),
});
const maybeExemplar = fc.option(exemplar, { nil: undefined });
const bounds = fc
  .uniqueArray(
    fc.double({ min: -1e9, max: 1e9, noNaN: true }).map((bound) => bound + 0),
    { minLength: 1, maxLength: 8 },
  )
  .map((list) => list.sort((a, b) => a - b));

export const nativeBuckets: fc.Arbitrary<NativeReading> = fc.record({
  schema: fc.integer({ min: -4, max: 8 }),
  zeroThreshold: fc.constantFrom(0, 2 ** -30),
  zeroCount: count,
  offset: fc.integer({ min: -2000, max: 2000 }),
  counts: fc.array(count, { maxLength: 40 }).map((counts) => Float64Array.from(counts)),
});

function series(labels: readonly string[], type: FamilyReading['type']): fc.Arbitrary<FakeSeries> {
  const labelValues = fc.tuple(...labels.map(() => labelValue));
  if (type === 'counter') return fc.record({ labelValues, value: anyNumber, exemplar: maybeExemplar });
  if (type === 'gauge') return fc.record({ labelValues, value: anyNumber });
  const histogram = bounds.chain((list) => {
    const length = { minLength: list.length + 1, maxLength: list.length + 1 };
    return fc.record({
      bounds: fc.constant(list),
      counts: fc.array(count, length).map((counts) => Float64Array.from(counts)),
      sum: anyNumber,
      exemplars: fc.option(fc.array(maybeExemplar, length), { nil: undefined }),
      native: fc.option(nativeBuckets, { nil: undefined }),
    });
  });
  return fc.record({ labelValues, histogram });
}

/** Families of every type, with labels, help and figures of any kind, and names of which no two clash. */
export function arbitraryFamilies(): fc.Arbitrary<readonly FamilyReading[]> {
  const family = fc
    .record({
      type: fc.constantFrom('counter', 'gauge', 'histogram'),
      labels: fc.uniqueArray(fc.constantFrom('tool', 'status', '_x', 'A9', 'kind'), { maxLength: 3 }),
      unit: fc.constantFrom(undefined, 'seconds', 'bytes'),
      help: anyText,
    })
    .chain(({ type, labels, unit, help }) =>
      fc
        .uniqueArray(series(labels, type), {
          selector: ({ labelValues }) => JSON.stringify(labelValues),
          maxLength: labels.length === 0 ? 1 : 6,
        })
        .map((rows) => (position: number) => {
          const name = `metric_${position}${unit === undefined ? '' : `_${unit}`}${type === 'counter' ? '_total' : ''}`;
          return fakeFamily(type, name, labels, rows, unit === undefined ? { help } : { help, unit });
        }),
    );
  return fc.array(family, { maxLength: 6 }).map((families) => families.map((make, position) => make(position)));
}

/** That the page, as it was parsed, says of every series what the series says of itself. */
export function expectSameFigures(
  families: readonly ExposedFamily[],
  page: ReadonlyMap<string, ParsedFamily>,
  format: 'text' | 'openMetrics',
): void {
  const isText = format === 'text';
  expect(page.size).to.equal(families.length);
  for (const family of families) {
    const parsed = page.get(isText ? family.name : family.name.replace(/_total$/, ''));
    expect(parsed?.type).to.equal(family.type);
    expect(parsed?.help).to.equal(family.help);
    expect(parsed?.unit).to.equal(isText ? undefined : family.unit);
    expect(parsed?.samples.map(plain)).to.deep.equal([...samplesOf(family, !isText)].map(plain));
  }
}

/** Zero has one sign on a page, and labels have no order. */
function plain({ name, labels, value, exemplar: seen }: ParsedSample): unknown {
  const told = seen && { ...seen, value: seen.value + 0 };
  return { name, labels, value: value + 0, exemplar: told };
}

function* samplesOf(family: ExposedFamily, withExemplars: boolean): Iterable<ParsedSample> {
  for (const one of family.series()) {
    const labels = Object.fromEntries(family.labels.map((label, index) => [label, one.labelValues[index] ?? '']));
    const { histogram } = one;
    if (!histogram) {
      yield { name: family.name, labels, value: one.value, ...told(one.exemplar, withExemplars) };
      continue;
    }
    let total = 0;
    for (const [index, bound] of [...histogram.bounds, Infinity].entries()) {
      total += histogram.counts[index] ?? 0;
      const le = withExemplars ? canonicalNumber(bound) : formatNumber(bound);
      yield {
        name: `${family.name}_bucket`,
        labels: { ...labels, le },
        value: total,
        ...told(histogram.exemplars?.[index], withExemplars),
      };
    }
    yield { name: `${family.name}_sum`, labels, value: histogram.sum };
    yield { name: `${family.name}_count`, labels, value: histogram.count };
  }
}

function told(one: Exemplar | undefined, withExemplars: boolean): Pick<ParsedSample, 'exemplar'> {
  return one && withExemplars
    ? { exemplar: { labels: { trace_id: one.traceId }, value: one.value, at: one.at / 1000 } }
    : {};
}
