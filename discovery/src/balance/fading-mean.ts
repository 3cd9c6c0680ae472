/**
 * A mean over about the last `memory` samples that also fades with time: exponentially weighted by number when samples
 * are many, by age when they are few. It is asked together with what is usual elsewhere, which counts as one sample, so
 * that it is never empty, and when everything has faded the usual is all that is left.
 */
export class FadingMean {
  readonly #memory: number;
  #sum = 0;
  #count = 0;

  constructor(memory: number) {
    this.#memory = memory;
  }

  /** `keep`: the part that is left of what was known, from 0 to 1. */
  fade(keep: number): void {
    this.#sum *= keep;
    this.#count *= keep;
  }

  add(sample: number): void {
    const most = this.#memory - 1;
    if (this.#count > most) this.fade(most / this.#count);
    this.#sum += sample;
    this.#count += 1;
  }

  with(usual: number): number {
    return (this.#sum + usual) / (this.#count + 1);
  }
}
