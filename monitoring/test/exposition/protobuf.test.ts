import { expect } from 'chai';
import fc from 'fast-check';
import { expose } from '../../src/exposition/render.ts';
import type { Exemplar, FamilyReading, NativeReading } from '../../src/metrics/reading.ts';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { arbitraryFamilies } from './arbitrary-families.ts';
import { type DecodedExemplar, type DecodedFamily, type DecodedHistogram, decodePage } from './client-model.ts';
import { fakeFamily } from './fake-family.ts';
import { PROTOBUF } from './read-page.ts';

async function decoded(families: Parameters<typeof expose>[0]): Promise<readonly DecodedFamily[]> {
  return decodePage((await expose(families, PROTOBUF)).body);
}

describe('delimited protobuf', () => {
  it('writes a family byte by byte as the encoding has it', async () => {
    const { contentType, body } = await expose(
      [fakeFamily('gauge', 'jobs', ['k'], [{ labelValues: ['v'], value: 1 }], { help: 'h' })],
      PROTOBUF,
    );
    expect(contentType).to.equal(
      'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited',
    );
    const metric = '0a06' + '0a016b' + '120176' + '1209' + '09000000000000f03f';
    expect(body.toString('hex')).to.equal(`20${'0a046a6f6273'}${'120168'}${'1801'}${'2213'}${metric}`);
  });

  it('tells every type, escaping nothing', async () => {
    const label = 'C:\\new "x"\nßü漢🎬';
    const [calls, odd] = await decoded([
      fakeFamily(
        'counter',
        'sent_bytes_total',
        ['a', 'b'],
        [{ labelValues: [label, 'z'.repeat(300)], value: 2 ** 53 }],
        {
          help: '"\\\n漢',
          unit: 'bytes',
        },
      ),
      fakeFamily('gauge', 'odd', ['n'], [{ labelValues: ['0'], value: Number.NaN }]),
    ]);
    expect(calls).to.deep.equal({
      name: 'sent_bytes_total',
      help: '"\\\n漢',
      type: 'COUNTER',
      unit: 'bytes',
      metric: [
        {
          label: [
            { name: 'a', value: label },
            { name: 'b', value: 'z'.repeat(300) },
          ],
          counter: { value: 2 ** 53 },
        },
      ],
    });
    expect(odd?.metric[0]?.gauge).to.deep.equal({ value: Number.NaN });
  });

  it('shows the same observations as native and as classic buckets, with exemplars', async () => {
    const registry = new MetricRegistry({ now: () => 1_795_292_134_373 });
    const bounds = [0.01, 1, 100];
    const family = registry.histogram({ name: 'wait_seconds', help: 'Wait.', labels: [], bounds, native: true });
    for (const value of [0, 1e-12, 0.005, 1, 1.5, 1.5, 4, 1e6]) family.cell().observe(value, 'ab'.repeat(16));
    const histogram = (await decoded([family]))[0]?.metric[0]?.histogram;
    const native = family.cell().native;
    expect(histogram?.sampleCount).to.equal(8);
    expect(histogram?.bucket.map(({ cumulativeCount }) => cumulativeCount)).to.deep.equal([3, 4, 7, 8]);
    expect(histogram?.bucket[2]?.exemplar).to.deep.equal({
      label: [{ name: 'trace_id', value: 'ab'.repeat(16) }],
      value: 4,
      timestamp: { seconds: 1_795_292_134, nanos: 373_000_000 },
    });
    expect(histogram?.schema).to.equal(native?.schema);
    expect(histogram?.zeroCount).to.equal(2);
    expect(histogram?.zeroThreshold).to.equal(native?.zeroThreshold);
    const base = 2 ** (2 ** -(histogram?.schema ?? 0));
    const expected = [0.005, 1, 1.5, 4, 1e6].map((value) => [
      0 + Math.ceil(Math.log(value) / Math.log(base) - 1e-9),
      value === 1.5 ? 2 : 1,
    ]);
    expect(bucketsOf(histogram)).to.deep.equal(expected);
  });

  it('tells a native histogram without observations from a classic one', async () => {
    const none = { schema: 3, zeroCount: 0, offset: 0, counts: new Float64Array(0) };
    const counts = Float64Array.of(0, 0);
    const families = await decoded(
      [{ ...none, zeroThreshold: 0 }, { ...none, zeroThreshold: 1e-9 }, undefined].map((native, index) =>
        fakeFamily('histogram', `h${index}`, [], [{ histogram: { bounds: [1], counts, native } }]),
      ),
    );
    const [exact, wide, classic] = families.map(({ metric }) => metric[0]?.histogram);
    expect(exact?.positiveSpan).to.deep.equal([{ offset: 0, length: 0 }]);
    expect(wide?.positiveSpan).to.deep.equal([]);
    expect(wide?.zeroThreshold).to.equal(1e-9);
    expect(classic).not.to.have.property('schema');
    expect(classic).not.to.have.property('zeroThreshold');
  });

  it('leaves out families and labels without a value', async () => {
    const families = await decoded([
      fakeFamily('counter', 'calls_total', ['tool'], []),
      fakeFamily('gauge', 'jobs', ['a', 'b'], [{ labelValues: ['', 'x'], value: 1 }]),
    ]);
    expect(families.map(({ name }) => name)).to.deep.equal(['jobs']);
    expect(families[0]?.metric[0]?.label).to.deep.equal([{ name: 'b', value: 'x' }]);
  });

  it('is read back by protobufjs as what the cells hold', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryFamilies(), async (families) => {
        const filled = families.filter(({ size }) => size > 0);
        expect((await decoded(families)).map(withBuckets)).to.deep.equal(filled.map(asDecoded));
      }),
    );
  });
});

/** Index and count of every native bucket that is not empty. */
function bucketsOf(histogram: DecodedHistogram | undefined): readonly (readonly [number, number])[] {
  const buckets: [number, number][] = [];
  let [index, delta, count] = [0, 0, 0];
  for (const { offset, length } of histogram?.positiveSpan ?? []) {
    index += offset;
    for (let end = index + length; index < end; index++) {
      count += histogram?.positiveDelta[delta++] ?? Number.NaN;
      if (count !== 0) buckets.push([index, count]);
    }
  }
  return buckets;
}

/** How buckets were cut into runs does not matter to what they say. */
function withBuckets(family: DecodedFamily): unknown {
  const metric = family.metric.map((one) => {
    if (!one.histogram) return one;
    const { positiveSpan: _span, positiveDelta: _delta, ...histogram } = one.histogram;
    return { ...one, histogram: { ...histogram, native: bucketsOf(one.histogram) } };
  });
  return { ...family, metric };
}

function asDecoded(family: FamilyReading): unknown {
  const { name, help, unit } = family;
  const metric = Array.from(family.series(), ({ labelValues, value, exemplar, histogram }) => {
    const label = family.labels.map((labelName, index) => ({ name: labelName, value: labelValues[index] }));
    if (family.type === 'gauge') return { label, gauge: { value } };
    if (!histogram) return { label, counter: { value, ...decodedExemplar(exemplar) } };
    let total = 0;
    const bucket = [...histogram.bounds, Infinity].map((upperBound, index) => {
      total += histogram.counts[index] ?? 0;
      return { cumulativeCount: total, upperBound, ...decodedExemplar(histogram.exemplars?.[index]) };
    });
    const { count: sampleCount, sum: sampleSum } = histogram;
    return { label, histogram: { sampleCount, sampleSum, bucket, ...decodedNative(histogram.native) } };
  });
  return { name, help, type: family.type.toUpperCase(), ...(unit && { unit }), metric };
}

function decodedNative(native: NativeReading | undefined): object {
  if (!native) return { native: [] };
  const { schema, zeroThreshold, zeroCount, offset, counts } = native;
  const buckets = Array.from(counts, (count, index) => [offset + index, count]).filter(([, count]) => count !== 0);
  return { schema, zeroThreshold, zeroCount, native: buckets };
}

function decodedExemplar(exemplar: Exemplar | undefined): { exemplar?: DecodedExemplar } {
  if (!exemplar) return {};
  const { traceId, value, at } = exemplar;
  const timestamp = { seconds: Math.floor(at / 1000), nanos: (at % 1000) * 1_000_000 };
  return { exemplar: { label: [{ name: 'trace_id', value: traceId }], value, timestamp } };
}
