import type { MonitorClock } from '../monitor-clock.ts';
import { type FamilySource, type Figure, figureOf } from './figure.ts';
import { FIGURES } from './figures.ts';
import { ValueRing } from './value-ring.ts';

/** How one figure went: one number for each step, the oldest first; null where nothing could be said. */
export interface FigureCourse {
  readonly metric: string;
  readonly stepSeconds: number;
  /** Of the last number, in milliseconds since the epoch. */
  readonly until: number;
  readonly values: readonly (number | null)[];
}

/** Every figure as it is now; what cannot be said is left out. */
export type FigureFrame = Readonly<Record<string, number>>;

export interface FigureHistoryOptions {
  readonly source: FamilySource;
  readonly clock: MonitorClock;
  /** Told every second. Must not throw. */
  readonly onFrame?: ((frame: FigureFrame) => void) | undefined;
  /** Told the first time that looking throws; it goes on with the next second. Nobody is told when not said. */
  readonly onFault?: ((error: unknown) => void) | undefined;
}

/** How finely, and for how long. */
const FINE = { everySeconds: 1, slots: 300 };
const COARSE = { everySeconds: 60, slots: 4_320 };

interface Track {
  readonly fine: Figure;
  readonly coarse: Figure;
  readonly seconds: ValueRing;
  readonly minutes: ValueRing;
}

/** Remembers the figures an operator looks at: five minutes by the second, three days by the minute. */
export class FigureHistory {
  readonly #clock: MonitorClock;
  readonly #onFrame: (frame: FigureFrame) => void;
  #onFault: (error: unknown) => void;
  readonly #tracks: ReadonlyMap<string, Track>;
  #cancel: () => void = () => {};
  #fineAt: number;
  #coarseAt: number;
  #until: number;

  constructor({ source, clock, onFrame = () => {}, onFault = () => {} }: FigureHistoryOptions) {
    this.#clock = clock;
    this.#onFrame = onFrame;
    this.#onFault = onFault;
    this.#tracks = new Map(FIGURES.map((name) => [name, trackOf(name, source)]));
    this.#fineAt = clock.monotonic();
    this.#coarseAt = this.#fineAt;
    this.#until = clock.now();
    for (const { fine, coarse } of this.#tracks.values()) {
      fine.look(FINE.everySeconds);
      coarse.look(COARSE.everySeconds);
    }
    this.#appoint();
  }

  /**
   * @param overSeconds how far back; 259,200 at most is remembered
   * @param stepSeconds time of one number: of whole minutes it is taken from the minutes; the finest there is when not said
   * @throws RangeError for a figure that is not remembered, and for steps that are none
   */
  query(metric: string, overSeconds: number, stepSeconds?: number): FigureCourse {
    const track = this.#tracks.get(metric);
    if (track === undefined) {
      throw new RangeError(
        `Cannot show how "${metric.slice(0, 128)}" went; remembered are ${[...this.#tracks.keys()].join(', ')}`,
      );
    }
    const reach = FINE.everySeconds * FINE.slots;
    const coarse = overSeconds > reach || (stepSeconds !== undefined && stepSeconds % COARSE.everySeconds === 0);
    const { everySeconds } = coarse ? COARSE : FINE;
    const step = stepSeconds ?? everySeconds;
    if (step < everySeconds || step % everySeconds !== 0 || step > overSeconds) {
      const wish = `a multiple of ${everySeconds}, ${overSeconds} at most`;
      throw new RangeError(`Cannot show "${metric}" in steps of ${step} s over ${overSeconds} s; give ${wish}`);
    }
    const ring = coarse ? track.minutes : track.seconds;
    const values = ring.last(Math.ceil(overSeconds / everySeconds));
    return { metric, stepSeconds: step, until: this.#until, values: thinned(values, step / everySeconds) };
  }

  close(): void {
    this.#cancel();
  }

  #appoint(): void {
    this.#cancel = this.#clock.after(FINE.everySeconds * 1000, () => {
      this.#appoint();
      try {
        this.#look();
      } catch (error) {
        // Thrown out of a timer it would end the process that is watched.
        this.#onFault(error);
        this.#onFault = () => {};
      }
    });
  }

  #look(): void {
    const at = this.#clock.monotonic();
    const since = (at - this.#fineAt) / 1000;
    if (since <= 0) return;
    this.#fineAt = at;
    this.#until = this.#clock.now();
    const frame: Record<string, number> = {};
    for (const [name, { fine, seconds }] of this.#tracks) {
      const value = fine.look(since);
      seconds.push(value);
      if (Number.isFinite(value)) frame[name] = value;
    }
    const minute = (at - this.#coarseAt) / 1000;
    if (minute >= COARSE.everySeconds) {
      this.#coarseAt = at;
      for (const { coarse, minutes } of this.#tracks.values()) minutes.push(coarse.look(minute));
    }
    this.#onFrame(frame);
  }
}

function trackOf(name: string, source: FamilySource): Track {
  return {
    fine: figureOf(name, source),
    coarse: figureOf(name, source),
    seconds: new ValueRing(FINE.slots),
    minutes: new ValueRing(COARSE.slots),
  };
}

/** Of so many numbers one: their mean, of those that say something. Whole steps count from the newest on. */
function thinned(values: readonly number[], each: number): (number | null)[] {
  const steps: (number | null)[] = [];
  for (let end = values.length; end > 0; end -= each) {
    const said = values.slice(Math.max(0, end - each), end).filter(Number.isFinite);
    steps.unshift(said.length === 0 ? null : said.reduce((sum, value) => sum + value, 0) / said.length);
  }
  return steps;
}
