import type { Cell, CellContext } from './cell.ts';
import { checkDefinition, DEFAULT_CAP, type FamilyDefinition } from './definition.ts';
import { labelText, OVERFLOW, ownCopy, shownValue } from './label-values.ts';
import type { FamilyReading, MetricType } from './reading.ts';

/** What families are given by their registry. */
export interface FamilyContext {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Told of what went wrong in the family `metric`. */
  report(fault: Error, metric: string): void;
}

/** A place in the tree of label values: one level for each label, cells at the last. */
interface Place<C> {
  cell: C | undefined;
  below: Map<string, Place<C>> | undefined;
}

/**
 * Series of one name, found by their label values without joining them. There are never more than `cap`, and one that takes
 * whatever comes later. A series stays until `remove`, `clear` or `replace`: whoever made it for something that goes away (a
 * tool, a worker) removes it then. A cell held beyond that counts on unseen.
 */
export abstract class Family<C extends Cell> implements FamilyReading {
  readonly name: string;
  readonly help: string;
  readonly unit: string | undefined;
  readonly type: MetricType;
  readonly labels: readonly string[];
  readonly cap: number;
  readonly #context: FamilyContext;
  readonly #root: Place<C> = { cell: undefined, below: undefined };
  readonly #cells = new Set<C>();
  readonly #cellContext: CellContext;
  #overflow: C | undefined;
  #dropped = 0;
  #isCollecting = false;
  #hasRefused = false;
  #isFailing = false;

  constructor(type: MetricType, definition: FamilyDefinition, context: FamilyContext) {
    checkDefinition(type, definition);
    this.name = definition.name;
    this.help = definition.help;
    this.unit = definition.unit;
    this.type = type;
    this.labels = Object.freeze([...definition.labels]);
    this.cap = definition.cap ?? DEFAULT_CAP;
    this.#context = context;
    this.#cellContext = { now: context.now, refuse: (what) => this.#refuse(what) };
  }

  /** How many series there are, the one for what has no place included. */
  get size(): number {
    return this.#cells.size;
  }

  /** How often a cell was asked for that has no place. */
  get dropped(): number {
    return this.#dropped;
  }

  /**
   * The series of these label values, one for each label: the same cell for the same values. A value that is empty or no
   * text becomes `unknown`, a long one is cut at 128 characters. Throws RangeError when there are too many or too few.
   */
  cell(...labelValues: readonly string[]): C {
    return this.#find(labelValues)?.cell ?? this.#enter(labelValues);
  }

  /** Takes a series away; whether there was one. */
  remove(...labelValues: readonly string[]): boolean {
    const cell = this.#find(labelValues.map(shownValue))?.cell;
    if (cell !== undefined) this.#take(cell);
    return cell !== undefined;
  }

  clear(): void {
    this.#root.cell = undefined;
    this.#root.below = undefined;
    this.#cells.clear();
    this.#overflow = undefined;
  }

  /** Every series as it is now. When what reads them before throws, that is reported once, and they show what they last were. */
  series(): Iterable<C> {
    if (!this.#isCollecting) {
      this.#isCollecting = true;
      try {
        this.collect();
        this.#isFailing = false;
      } catch (error) {
        this.#fail(error);
      } finally {
        this.#isCollecting = false;
      }
    }
    return this.#cells.values();
  }

  /** Reads what is read only when somebody asks. */
  protected abstract collect(): void;

  protected abstract make(context: CellContext, labelValues: readonly string[], text: string): C;

  protected checkValues(labelValues: readonly string[]): void {
    if (labelValues.length !== this.labels.length) {
      const wanted = `${this.labels.length} label values (${this.labels.join(', ')})`;
      throw new RangeError(
        `Cannot find a series of "${this.name}": it has ${wanted}, and ${labelValues.length} were given`,
      );
    }
  }

  /** Takes away every series that is not of these rows, so that new ones find a place. */
  protected keepOnly(rows: readonly { readonly labelValues: readonly string[] }[]): void {
    const kept = new Set<C | undefined>();
    for (const { labelValues } of rows) {
      kept.add((this.#find(labelValues) ?? this.#find(labelValues.map(shownValue)))?.cell);
    }
    for (const cell of this.#cells) if (!kept.has(cell)) this.#take(cell);
  }

  #find(labelValues: readonly string[]): Place<C> | undefined {
    let place: Place<C> | undefined = this.#root;
    for (let level = 0; level < labelValues.length && place !== undefined; level += 1) {
      place = place.below?.get(labelValues[level] as string);
    }
    return place;
  }

  /** Values nobody gave before, or not as they are kept. */
  #enter(labelValues: readonly string[]): C {
    this.checkValues(labelValues);
    const shown = labelValues.map(shownValue);
    const known = this.#find(shown)?.cell;
    if (known !== undefined) return known;
    if (this.#cells.size - (this.#overflow === undefined ? 0 : 1) < this.cap) return this.#add(shown);
    this.#dropped += 1;
    this.#overflow ??= this.#placeOfLast();
    return this.#overflow;
  }

  #placeOfLast(): C {
    const labelValues = this.labels.map(() => OVERFLOW);
    return this.#find(labelValues)?.cell ?? this.#add(labelValues);
  }

  #add(shown: readonly string[]): C {
    const labelValues = Object.freeze(shown.map(ownCopy));
    let place = this.#root;
    for (const value of labelValues) {
      place.below ??= new Map();
      const next = place.below.get(value) ?? { cell: undefined, below: undefined };
      place.below.set(value, next);
      place = next;
    }
    place.cell = this.make(this.#cellContext, labelValues, labelText(this.labels, labelValues));
    this.#cells.add(place.cell);
    return place.cell;
  }

  #take(cell: C): void {
    this.#cells.delete(cell);
    if (cell === this.#overflow) this.#overflow = undefined;
    prune(this.#root, cell.labelValues, 0);
  }

  /** Reported until it can be read again: somebody looks every second. */
  #fail(cause: unknown): void {
    if (this.#isFailing) return;
    this.#isFailing = true;
    const sentence = `Cannot read the metric "${this.name}"; it shows what it last was`;
    this.#context.report(new Error(sentence, { cause }), this.name);
  }

  /** Only the first is reported: what is wrong is so in every call. */
  #refuse(what: string): void {
    if (this.#hasRefused) return;
    this.#hasRefused = true;
    this.#context.report(new RangeError(`${what} ("${this.name}")`), this.name);
  }
}

/** Empties the place, and takes away those above that lead nowhere then. */
function prune<C>(place: Place<C>, labelValues: readonly string[], level: number): void {
  const value = labelValues[level];
  const next = value === undefined ? undefined : place.below?.get(value);
  if (value === undefined || next === undefined) {
    place.cell = undefined;
    return;
  }
  prune(next, labelValues, level + 1);
  if (next.cell === undefined && (next.below === undefined || next.below.size === 0)) place.below?.delete(value);
}
