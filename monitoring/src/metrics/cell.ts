import type { Exemplar, HistogramReading, SeriesReading } from './reading.ts';

/** What cells of one family are given by it. */
export interface CellContext {
  /** Milliseconds since the epoch, for exemplars. */
  now(): number;
  /** Told of a value that was refused. */
  refuse(what: string): void;
}

/** One series: its labels, and what every kind of it shows. */
export abstract class Cell implements SeriesReading {
  readonly labelValues: readonly string[];
  readonly labelText: string;

  constructor(labelValues: readonly string[], labelText: string) {
    this.labelValues = labelValues;
    this.labelText = labelText;
  }

  abstract get value(): number;

  get exemplar(): Exemplar | undefined {
    return undefined;
  }

  get histogram(): HistogramReading | undefined {
    return undefined;
  }
}
