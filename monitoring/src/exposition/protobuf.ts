import { baseName } from '../metrics/definition.ts';
import type { Exemplar, HistogramReading, NativeReading } from '../metrics/reading.ts';
import type { ExposedFamily, ExposedSeries, ExposedType, SummaryReading } from './family.ts';
import type { FamilyRenderer, Format } from './format.ts';
import { statedUnit } from './names.ts';
import type { Page } from './page.ts';
import { ProtobufWriter } from './protobuf-writer.ts';
import { sparseBuckets } from './sparse-buckets.ts';

/**
 * `io.prometheus.client.MetricFamily`, each with its length before it. Numbers of fields below are those of
 * io/prometheus/client/metrics.proto in prometheus/client_model. The only format with native histograms; the classic
 * buckets are beside them, for readers who take those alone.
 */
export const PROTOBUF: Format = {
  contentType: 'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited',
  renderer(page) {
    const writer = new ProtobufWriter();
    return { open: (family) => new FamilyMessage(page, writer, family), finish() {} };
  },
};

const METRIC_TYPE: Readonly<Record<ExposedType, number>> = { counter: 0, gauge: 1, summary: 2, histogram: 4 };

class FamilyMessage implements FamilyRenderer {
  readonly #page: Page;
  readonly #writer: ProtobufWriter;
  readonly #family: ExposedFamily;
  #isEmpty = true;

  constructor(page: Page, writer: ProtobufWriter, family: ExposedFamily) {
    this.#page = page;
    this.#writer = writer;
    this.#family = family;
    writer.clear();
    writer.text(1, family.name);
    writer.text(2, family.help);
    writer.uint(3, METRIC_TYPE[family.type]);
    // `unit` is field 5, but the order of fields is free.
    const unit = statedUnit(baseName(family.name), family.unit);
    if (unit !== undefined) writer.text(5, unit);
  }

  series(series: ExposedSeries): void {
    const writer = this.#writer;
    this.#isEmpty = false;
    const metric = writer.open(4);
    for (let index = 0; index < this.#family.labels.length; index++) {
      // A label without a value is no label, to Prometheus; so are those of others who left it out.
      writeLabel(writer, this.#family.labels[index] ?? '', series.labelValues[index] ?? '');
    }
    if (series.histogram) writeHistogram(writer, series.histogram);
    else if (series.summary) writeSummary(writer, series.summary);
    else if (this.#family.type === 'counter') writeCounter(writer, series.value, series.exemplar);
    else {
      const gauge = writer.open(2);
      writer.double(1, series.value);
      writer.close(gauge);
    }
    writer.close(metric);
  }

  /** A family without series is left out: readers in Go refuse one. */
  close(): void {
    const message = this.#writer.take();
    if (this.#isEmpty) return;
    this.#writer.varint(message.length);
    this.#page.bytes(this.#writer.take());
    this.#page.bytes(message);
  }
}

function writeCounter(writer: ProtobufWriter, value: number, exemplar: Exemplar | undefined): void {
  const counter = writer.open(3);
  writer.double(1, value);
  if (exemplar) writeExemplar(writer, 2, exemplar);
  writer.close(counter);
}

function writeSummary(writer: ProtobufWriter, { quantiles, sum, count }: SummaryReading): void {
  const summary = writer.open(4);
  writer.uint(1, count);
  writer.double(2, sum);
  for (const { quantile, value } of quantiles) {
    const message = writer.open(3);
    writer.double(1, quantile);
    writer.double(2, value);
    writer.close(message);
  }
  writer.close(summary);
}

function writeHistogram(writer: ProtobufWriter, reading: HistogramReading): void {
  const histogram = writer.open(7);
  writer.uint(1, reading.count);
  writer.double(2, reading.sum);
  let cumulative = 0;
  for (let index = 0; index <= reading.bounds.length; index++) {
    cumulative += reading.counts[index] ?? 0;
    const bucket = writer.open(3);
    writer.uint(1, cumulative);
    writer.double(2, reading.bounds[index] ?? Number.POSITIVE_INFINITY);
    const exemplar = reading.exemplars?.[index];
    if (exemplar) writeExemplar(writer, 3, exemplar);
    writer.close(bucket);
  }
  if (reading.native) writeNative(writer, reading.native);
  writer.close(histogram);
}

function writeNative(writer: ProtobufWriter, native: NativeReading): void {
  writer.sint(5, native.schema);
  writer.double(6, native.zeroThreshold);
  writer.uint(7, native.zeroCount);
  const { spans, deltas } = sparseBuckets(native);
  for (const { offset, length } of spans) writeSpan(writer, offset, length);
  for (const delta of deltas) writer.sint(13, delta);
  // Without a bucket and with nothing around zero, an empty run is what tells it from a classic histogram.
  if (spans.length === 0 && native.zeroThreshold === 0) writeSpan(writer, 0, 0);
}

function writeSpan(writer: ProtobufWriter, offset: number, length: number): void {
  const span = writer.open(12);
  writer.sint(1, offset);
  writer.uint(2, length);
  writer.close(span);
}

function writeExemplar(writer: ProtobufWriter, field: number, { traceId, value, at }: Exemplar): void {
  const exemplar = writer.open(field);
  writeLabel(writer, 'trace_id', traceId);
  writer.double(2, value);
  const timestamp = writer.open(3);
  const seconds = Math.floor(at / 1000);
  writer.uint(1, seconds);
  writer.uint(2, Math.round((at - seconds * 1000) * 1e6));
  writer.close(timestamp);
  writer.close(exemplar);
}

function writeLabel(writer: ProtobufWriter, name: string, value: string): void {
  if (value === '') return;
  const pair = writer.open(1);
  writer.text(1, name);
  writer.text(2, value);
  writer.close(pair);
}
