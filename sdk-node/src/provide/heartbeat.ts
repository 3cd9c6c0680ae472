import type { Clock, Timer } from '@callsheet/sdk-core/platform';

/** Beats at once and then every `everyMs` ± 10 %, so that a thousand workers of one start do not beat as one. */
export class Heartbeat {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #everyMs: number;
  readonly #beat: () => void;
  #timer: Timer | undefined;

  constructor(clock: Clock, random: () => number, everyMs: number, beat: () => void) {
    this.#clock = clock;
    this.#random = random;
    this.#everyMs = everyMs;
    this.#beat = beat;
  }

  /** `now: false`: the first beat comes after an interval. */
  start({ now }: { readonly now: boolean }): void {
    this.#plan();
    if (now) this.#beat();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #plan(): void {
    const waitMs = this.#everyMs * (0.9 + 0.2 * this.#random());
    this.#timer = this.#clock.after(waitMs, () => {
      this.#plan();
      this.#beat();
    });
  }
}
