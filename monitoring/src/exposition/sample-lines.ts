import type { Exemplar, HistogramReading } from '../metrics/reading.ts';
import type { ExposedFamily, ExposedSeries, SummaryReading } from './family.ts';
import type { FamilyRenderer } from './format.ts';
import { formatNumber } from './number.ts';
import type { Page } from './page.ts';

/** In what the lines of the two text formats differ. */
export interface LineStyle {
  /** A number in the label `le` or `quantile`. */
  bound(value: number): string;
  /** What follows the value; empty where the format has no exemplars. */
  exemplar(exemplar: Exemplar): string;
}

/** Writes the lines of one family's series: text that was made before, and the value. */
export class SampleLines implements FamilyRenderer {
  readonly #page: Page;
  readonly #name: string;
  readonly #style: LineStyle;
  /** The bounds that `#les` was made for: a family's series share one list. */
  #bounds: readonly number[] | undefined;
  #les: readonly string[] = [];

  constructor(page: Page, family: ExposedFamily, style: LineStyle) {
    this.#page = page;
    this.#name = family.name;
    this.#style = style;
  }

  series(series: ExposedSeries): void {
    if (series.histogram) this.#histogram(series.labelText, series.histogram);
    else if (series.summary) this.#summary(series.labelText, series.summary);
    else {
      const exemplar = series.exemplar ? this.#style.exemplar(series.exemplar) : '';
      this.#page.text(`${this.#sample('', series.labelText)}${formatNumber(series.value)}${exemplar}\n`);
    }
  }

  close(): void {}

  #histogram(labelText: string, { bounds, counts, sum, count, exemplars }: HistogramReading): void {
    if (bounds !== this.#bounds) {
      this.#bounds = bounds;
      this.#les = [...bounds, Number.POSITIVE_INFINITY].map((bound) => `le="${this.#style.bound(bound)}"} `);
    }
    const start = `${this.#name}_bucket{${labelText}${labelText === '' ? '' : ','}`;
    const les = this.#les;
    let text = '';
    let total = 0;
    let written = '0';
    for (let bucket = 0; bucket < les.length; bucket++) {
      const here = counts[bucket] ?? 0;
      if (here !== 0) {
        total += here;
        written = `${total}`;
      }
      text += start + les[bucket] + written;
      const exemplar = exemplars?.[bucket];
      text += exemplar ? `${this.#style.exemplar(exemplar)}\n` : '\n';
    }
    this.#page.text(text + this.#totals(labelText, sum, count));
  }

  #summary(labelText: string, { quantiles, sum, count }: SummaryReading): void {
    const start = `${this.#name}{${labelText}${labelText === '' ? '' : ','}quantile="`;
    let text = '';
    for (const { quantile, value } of quantiles) {
      text += `${start}${this.#style.bound(quantile)}"} ${formatNumber(value)}\n`;
    }
    this.#page.text(text + this.#totals(labelText, sum, count));
  }

  #totals(labelText: string, sum: number, count: number): string {
    const sumLine = this.#sample('_sum', labelText) + formatNumber(sum);
    return `${sumLine}\n${this.#sample('_count', labelText)}${formatNumber(count)}\n`;
  }

  #sample(suffix: string, labelText: string): string {
    return labelText === '' ? `${this.#name}${suffix} ` : `${this.#name}${suffix}{${labelText}} `;
  }
}
