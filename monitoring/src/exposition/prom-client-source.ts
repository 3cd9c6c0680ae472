import type { Registry, RegistryContentType } from 'prom-client';
import type { ExposedFamily, ExposedType, FamilySource, LateFamily } from './family.ts';
import { BridgedMetric } from './prom-client-bridge.ts';
import { readPromClientMetric } from './prom-client-family.ts';
import type { PromClientMetric, PromClientValue } from './prom-client-metric.ts';

export interface PromClientSourceOptions {
  /**
   * How long one metric may take to collect its figures, in milliseconds; then the page goes without it. Default 1000:
   * Prometheus gives up on the whole page after 10 seconds.
   */
  readonly timeoutMs?: number;
  /** Calls back after so many milliseconds, unless what it returns is called before. Default `setTimeout`. */
  readonly after?: (ms: number, callback: () => void) => () => void;
}

const DEFAULT_TIMEOUT_MS = 1000;
/** More than a timer can hold would be no wait at all. */
const LONGEST_TIMEOUT_MS = 2_147_483_647;
const TYPES: ReadonlySet<string> = new Set<ExposedType>(['counter', 'gauge', 'histogram', 'summary']);

/**
 * Metrics that others keep in a prom-client registry, for an exposition of ours: its default labels included, ours that
 * were put there by `bridgeInto` left out. Exemplars are shown that have a label `trace_id` or `traceId`.
 */
export function fromPromClient(
  registry: Registry<RegistryContentType>,
  options: PromClientSourceOptions = {},
): FamilySource {
  return new PromClientSource(registry, options);
}

interface Question {
  readonly values: Promise<readonly PromClientValue[]>;
  isLate: boolean;
}

class PromClientSource implements FamilySource {
  readonly #registry: Registry<RegistryContentType>;
  readonly #timeoutMs: number;
  readonly #after: (ms: number, callback: () => void) => () => void;
  /** Those that were asked and have not answered. A metric that never does is waited for once, not at each scrape. */
  readonly #questions = new WeakMap<PromClientMetric, Question>();

  constructor(registry: Registry<RegistryContentType>, options: PromClientSourceOptions) {
    const { timeoutMs = DEFAULT_TIMEOUT_MS, after = afterTimeout } = options;
    if (!(timeoutMs > 0 && timeoutMs <= LONGEST_TIMEOUT_MS)) {
      throw new TypeError(
        `Cannot wait "${timeoutMs}" ms for a metric: give timeoutMs a number above 0, and at most ${LONGEST_TIMEOUT_MS}`,
      );
    }
    this.#registry = registry;
    this.#timeoutMs = timeoutMs;
    this.#after = after;
  }

  *families(): Iterable<LateFamily> {
    const metrics = this.#registry.getMetricsAsArray() as unknown as readonly PromClientMetric[];
    for (const metric of metrics) {
      const { type } = metric;
      if (metric instanceof BridgedMetric || !isExposed(type)) continue;
      yield { name: this.#nameOf(metric), type, read: () => this.#read(metric, type) };
    }
  }

  async #read(metric: PromClientMetric, type: ExposedType): Promise<ExposedFamily> {
    const question = this.#questions.get(metric) ?? this.#ask(metric);
    if (question.isLate) throw new Error('it has not answered yet what it was asked for an earlier page');
    const values = await this.#inTime(question);
    return readPromClientMetric({ name: this.#nameOf(metric), help: metric.help, type }, values);
  }

  #ask(metric: PromClientMetric): Question {
    const over = () => this.#questions.delete(metric);
    const question = { values: this.#values(metric), isLate: false };
    this.#questions.set(metric, question);
    question.values.then(over, over);
    return question;
  }

  /** The registry's own way to read, for this metric alone: it adds the default labels. */
  async #values(metric: PromClientMetric): Promise<readonly PromClientValue[]> {
    const view: Registry<RegistryContentType> = Object.create(this.#registry, {
      getMetricsAsArray: { value: () => [metric] },
    });
    const [reading] = await view.getMetricsAsJSON();
    return (reading?.values ?? []) as unknown as readonly PromClientValue[];
  }

  #inTime(question: Question): Promise<readonly PromClientValue[]> {
    return new Promise((resolve, reject) => {
      const cancel = this.#after(this.#timeoutMs, () => {
        question.isLate = true;
        reject(new Error(`it took longer than ${this.#timeoutMs} ms to answer`));
      });
      question.values.then(resolve, reject).finally(cancel);
    });
  }

  /** A registry of OpenMetrics cuts `_total` off the names of its counters, and writes it again in each line. */
  #nameOf({ name, type }: PromClientMetric): string {
    const isCut = type === 'counter' && this.#registry.contentType.startsWith('application/openmetrics-text');
    return isCut && !name.endsWith('_total') ? `${name}_total` : name;
  }
}

function isExposed(type: string): type is ExposedType {
  return TYPES.has(type);
}

function afterTimeout(ms: number, callback: () => void): () => void {
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
}
