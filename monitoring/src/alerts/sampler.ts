import type { FamilyReading } from '../metrics/reading.ts';
import { GrowthSignal } from './growth-signal.ts';
import { LevelSignal } from './level-signal.ts';
import type { Signal, SignalSource } from './signal.ts';

interface Watched {
  readonly signal: Signal;
  readonly key: string;
  users: number;
}

/** Reads every family once for all rules that look at it. Rules that look at the same share what is kept. */
export class Sampler {
  readonly #source: (family: string) => FamilyReading | undefined;
  readonly #everyMs: number;
  readonly #families = new Map<string, Watched[]>();
  readonly #faults = new Map<string, string>();

  constructor(source: (family: string) => FamilyReading | undefined, everyMs: number) {
    this.#source = source;
    this.#everyMs = everyMs;
  }

  /** What a gauge adds up to. */
  level(source: SignalSource): LevelSignal {
    return this.#share(source, 'level', LevelSignal, () => new LevelSignal(source));
  }

  /** How much a counter or histogram of `width` numbers a series grows over `overMs` milliseconds. */
  growth(source: SignalSource, width: number, overMs: number): GrowthSignal {
    const options = { width, overMs, everyMs: this.#everyMs };
    return this.#share(source, `growth ${width} ${overMs}`, GrowthSignal, () => new GrowthSignal(source, options));
  }

  /** A rule needs it no more. */
  release(signal: Signal): void {
    const { family } = signal.source;
    const watched = this.#families.get(family) ?? [];
    for (const one of watched) if (one.signal === signal) one.users -= 1;
    const left = watched.filter(({ users }) => users > 0);
    if (left.length > 0) this.#families.set(family, left);
    else this.#families.delete(family);
  }

  /** Looks at everything. @param at milliseconds that never go back, later than the last time. */
  look(at: number): void {
    this.#faults.clear();
    for (const [name, watched] of this.#families) {
      try {
        const family = this.#source(name);
        for (const { signal } of watched) signal.begin(family, at);
        for (const series of family?.series() ?? []) for (const { signal } of watched) signal.take(series);
        for (const { signal } of watched) signal.end();
      } catch (error) {
        this.#faults.set(name, error instanceof Error ? error.message : String(error));
      }
    }
  }

  /** Why it could not be read at the last look. */
  faultOf({ source }: Signal): string | undefined {
    return this.#faults.get(source.family);
  }

  #share<S extends Signal>(source: SignalSource, kind: string, is: new (...given: never[]) => S, make: () => S): S {
    const key = JSON.stringify([kind, source.by, Object.entries(source.where)]);
    const watched = this.#families.get(source.family) ?? [];
    const known = watched.find((one) => one.key === key);
    if (known !== undefined && known.signal instanceof is) {
      known.users += 1;
      return known.signal;
    }
    const signal = make();
    this.#families.set(source.family, [...watched, { signal, key, users: 1 }]);
    return signal;
  }
}
