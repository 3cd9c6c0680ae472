import type { FamilyReading, MetricType, SeriesReading } from '../metrics/reading.ts';
import { type LabelFilter, seriesFilter } from './label-filter.ts';

/** Which numbers of a family are kept: one for each combination of values of the labels `by`, of the series that pass. */
export interface SignalSource {
  readonly family: string;
  readonly type: MetricType;
  readonly by: readonly string[];
  readonly where: LabelFilter;
}

/** Series that are looked at as one. */
export interface SignalGroup {
  /** Values of the labels `by`. */
  readonly labels: readonly string[];
  /** When one of its series was last there. */
  seenAt: number;
}

/** A series, and what was found out about it at its first look. */
export interface KnownSeries {
  seenAt: number;
  /** Its totals when it was last there, for signals that need them. */
  last: Float64Array | undefined;
}

interface MetSeries<Group> extends KnownSeries {
  /** Undefined when it is not meant. */
  readonly group: Group | undefined;
}

/** Looks between two clearances of series that went away. */
const CLEAR_EVERY = 16;

/**
 * What rules want to know of a family, looked at again and again. Labels are joined and tested once for each series: a look
 * at a known one is one look-up. Times are milliseconds that never go back.
 */
export abstract class Signal<Group extends SignalGroup = SignalGroup> {
  readonly source: SignalSource;
  readonly groups = new Map<string, Group>();
  /** The moment of the newest look, and of the one before. */
  protected at = Number.NaN;
  protected before = Number.NaN;
  readonly #series = new Map<string, MetSeries<Group>>();
  #looks = 0;
  #labels: readonly string[] = [];
  #isMeant: (labelValues: readonly string[]) => boolean = () => true;
  #byAt: readonly number[] = [];

  constructor(source: SignalSource) {
    this.source = source;
  }

  /** A look begins; without a family, nothing is there. @throws RangeError for one that is not what rules take it for. */
  begin(family: FamilyReading | undefined, at: number): void {
    [this.before, this.at] = [this.at, at];
    if (family === undefined || this.#labels === family.labels) return;
    const { type, by, where } = this.source;
    if (family.type !== type) throw new RangeError(`${family.name} is a ${family.type}, and a ${type} was expected`);
    this.#labels = family.labels;
    this.#isMeant = seriesFilter(where, family.labels);
    this.#byAt = by.map((label) => family.labels.indexOf(label));
  }

  take(series: SeriesReading): void {
    const known = this.#series.get(series.labelText) ?? this.#meet(series);
    known.seenAt = this.at;
    if (known.group === undefined) return;
    this.add(known.group, series, known);
    known.group.seenAt = this.at;
  }

  /** Every series was taken. */
  end(): void {
    this.#looks += 1;
    for (const group of this.groups.values()) if (group.seenAt === this.at) this.settle(group);
    if (this.#looks % CLEAR_EVERY !== 0) return;
    const over = this.at - this.keep;
    // A group was seen when the newest of its series was: none is left behind that leads to a forgotten group.
    for (const [text, { seenAt }] of this.#series) if (seenAt < over) this.#series.delete(text);
    for (const [key, { seenAt }] of this.groups) if (seenAt < over) this.groups.delete(key);
  }

  /** How long what went away still matters, in milliseconds. */
  protected abstract get keep(): number;
  protected abstract makeGroup(labels: readonly string[]): Group;
  protected abstract add(group: Group, series: SeriesReading, known: KnownSeries): void;
  /** All of its series were added. */
  protected abstract settle(group: Group): void;

  #meet({ labelText, labelValues }: SeriesReading): MetSeries<Group> {
    const known = { group: this.#groupOf(labelValues), seenAt: this.at, last: undefined };
    this.#series.set(labelText, known);
    return known;
  }

  #groupOf(labelValues: readonly string[]): Group | undefined {
    if (!this.#isMeant(labelValues)) return undefined;
    const labels = this.#byAt.map((at) => labelValues[at] ?? '');
    const key = JSON.stringify(labels);
    const group = this.groups.get(key) ?? this.makeGroup(labels);
    this.groups.set(key, group);
    return group;
  }
}
