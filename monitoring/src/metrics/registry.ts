import { SELF_METRICS } from '../catalogue/self.ts';
import { type CounterDefinition, CounterFamily } from './counter-family.ts';
import { baseName } from './definition.ts';
import type { FamilyContext } from './family.ts';
import { type GaugeDefinition, GaugeFamily } from './gauge-family.ts';
import { type HistogramDefinition, HistogramFamily } from './histogram-family.ts';
import type { FamilyReading } from './reading.ts';

export interface RegistryOptions {
  /** Milliseconds since the epoch, for exemplars; `Date.now` unless told. */
  readonly now?: (() => number) | undefined;
  /** Told when a hook threw before a reading, and of the first value that a family refused. Must not throw. */
  readonly report?: ((fault: Error, metric: string) => void) | undefined;
}

const MOST_FAMILIES = 5_000;

type AnyFamily = CounterFamily | GaugeFamily | HistogramFamily;

/** Every family of a process, by name. Watches itself: `mcp_monitoring_series` and `mcp_monitoring_series_dropped_total`. */
export class MetricRegistry {
  readonly #context: FamilyContext;
  /** By the name OpenMetrics has for it, which no two may share. */
  readonly #families = new Map<string, AnyFamily>();
  readonly #series: GaugeFamily;
  readonly #dropped: CounterFamily;
  #inOrder: readonly AnyFamily[] | undefined;

  constructor({ now = Date.now, report = () => {} }: RegistryOptions = {}) {
    this.#context = { now, report };
    const own = { labels: ['metric'], cap: MOST_FAMILIES };
    this.#series = new GaugeFamily(
      {
        ...own,
        name: 'mcp_monitoring_series',
        help: SELF_METRICS.mcp_monitoring_series.help,
        collect: (family) => {
          for (const { name, size } of this.#families.values()) family.cell(name).set(size);
        },
      },
      this.#context,
    );
    this.#dropped = new CounterFamily(
      {
        ...own,
        name: 'mcp_monitoring_series_dropped_total',
        help: SELF_METRICS.mcp_monitoring_series_dropped_total.help,
        collect: (family) => {
          for (const { name, dropped } of this.#families.values()) family.cell(name).follow(dropped);
        },
      },
      this.#context,
    );
    this.#add(this.#series);
    this.#add(this.#dropped);
  }

  /** Throws RangeError or TypeError when the definition breaks a rule of Prometheus, or its name is taken. */
  counter(definition: CounterDefinition): CounterFamily {
    return this.#add(new CounterFamily(definition, this.#context));
  }

  /** Throws as `counter` does. */
  gauge(definition: GaugeDefinition): GaugeFamily {
    return this.#add(new GaugeFamily(definition, this.#context));
  }

  /** Throws as `counter` does. */
  histogram(definition: HistogramDefinition): HistogramFamily {
    return this.#add(new HistogramFamily(definition, this.#context));
  }

  family(name: string): FamilyReading | undefined {
    const found = this.#families.get(baseName(name));
    return found?.name === name ? found : undefined;
  }

  /** In the order of their names. */
  families(): Iterable<FamilyReading> {
    this.#inOrder ??= [...this.#families.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    return this.#inOrder;
  }

  #add<F extends AnyFamily>(family: F): F {
    const taken = this.#families.get(baseName(family.name));
    if (taken !== undefined) {
      throw new RangeError(
        `Cannot define the ${family.type} "${family.name}": there is the ${taken.type} "${taken.name}"`,
      );
    }
    if (this.#families.size >= MOST_FAMILIES) {
      throw new RangeError(
        `Cannot define the ${family.type} "${family.name}": there are ${MOST_FAMILIES} families already`,
      );
    }
    this.#families.set(baseName(family.name), family);
    this.#inOrder = undefined;
    // Zero is a value: what has no labels is there from the start, and so is what is said of every family.
    if (family.labels.length === 0) family.cell();
    this.#series.cell(family.name);
    this.#dropped.cell(family.name);
    return family;
  }
}
