import type { Slots } from './slots.ts';

/**
 * Workers whose free slot was not welcome to those who wait, the one passed over longest ago first. Some of the slots are taken
 * by now: whoever looks for one finds out.
 */
export class PassedSlots {
  readonly #passed = new Set<Slots>();

  add(slots: Slots): void {
    this.#passed.add(slots);
  }

  delete(slots: Slots): void {
    this.#passed.delete(slots);
  }

  /** Takes out the first that is still free, but for this one. */
  next(but: Slots): Slots | undefined {
    for (const slots of this.#passed) {
      if (slots === but) continue;
      this.#passed.delete(slots);
      if (slots.canOffer) return slots;
    }
    return undefined;
  }

  /** One that is still free and fits. It stays. */
  find(fits: (slots: Slots) => boolean): Slots | undefined {
    for (const slots of this.#passed) {
      if (!slots.canOffer) this.#passed.delete(slots);
      else if (fits(slots)) return slots;
    }
    return undefined;
  }

  /** Takes out all. */
  takeAll(): readonly Slots[] {
    const all = [...this.#passed];
    this.#passed.clear();
    return all;
  }
}
