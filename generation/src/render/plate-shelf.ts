import type { Compositor } from '../compositor/compositor.ts';
import type { Size } from '../compositor/window.ts';
import type { Plate } from '../picture/plate.ts';

/** A crossfade needs two plates; the third keeps one that comes back after the next shot. */
export const SHELF_SLOTS = 3;

/** Paints plates when they are first needed and keeps the few used last in the compositor's slots. */
export class PlateShelf<Spec extends Size> {
  readonly #compositor: Compositor;
  readonly #specs: readonly Spec[];
  readonly #paint: (spec: Spec) => Plate;
  /** Plate index to slot, least recently used first. */
  readonly #held = new Map<number, number>();

  constructor(compositor: Compositor, specs: readonly Spec[], paint: (spec: Spec) => Plate) {
    this.#compositor = compositor;
    this.#specs = specs;
    this.#paint = paint;
  }

  /** Answers the slot that holds a plate. It holds it at least until two other plates have been asked for. */
  slotOf(index: number): number {
    const slot = this.#held.get(index) ?? this.#fill(index);
    this.#held.delete(index);
    this.#held.set(index, slot);
    return slot;
  }

  #fill(index: number): number {
    const spec = this.#specs[index];
    if (spec === undefined) throw new RangeError(`Cannot paint plate "${index}": there are ${this.#specs.length}`);
    const plate = this.#paint(spec);
    if (plate.width !== spec.width || plate.height !== spec.height) {
      const painted = `${plate.width}×${plate.height}`;
      throw new RangeError(`Cannot film plate "${index}": it was painted ${painted}, not ${spec.width}×${spec.height}`);
    }
    const slot = this.#freeSlot();
    this.#compositor.load(slot, plate);
    return slot;
  }

  #freeSlot(): number {
    if (this.#held.size < SHELF_SLOTS) return this.#held.size;
    const [oldest = 0, slot = 0] = this.#held.entries().next().value ?? [];
    this.#held.delete(oldest);
    return slot;
  }
}
