import { compositionAt, type Take } from '../compositor/composition.ts';
import { Compositor, type Layer, type Picture } from '../compositor/compositor.ts';
import type { Timeline } from '../compositor/timeline.ts';
import { type Size, sameWindow, windowAt } from '../compositor/window.ts';
import type { Plate } from '../picture/plate.ts';
import { PlateShelf, SHELF_SLOTS } from './plate-shelf.ts';

/** Frames that may be on their way out while the next one is drawn, plus that one. */
const FRAME_SLOTS = 2;

export interface CameraOptions<Spec extends Size> {
  readonly timeline: Timeline;
  readonly plates: readonly Spec[];
  readonly paint: (spec: Spec) => Plate;
}

/** Shoots the frames of a checked timeline, one after the other. */
export class Camera<Spec extends Size> {
  readonly #timeline: Timeline;
  readonly #specs: readonly Spec[];
  readonly #compositor: Compositor;
  readonly #shelf: PlateShelf<Spec>;
  #slot = 0;
  #last: { readonly picture: Picture; readonly bytes: Uint8Array } | undefined;

  constructor({ timeline, plates, paint }: CameraOptions<Spec>) {
    this.#timeline = timeline;
    this.#specs = plates;
    this.#compositor = new Compositor({
      frame: timeline,
      plateBytes: Math.max(...plates.map(({ width, height }) => (width * height * 3) / 2)),
      plateSlots: SHELF_SLOTS,
      frameSlots: FRAME_SLOTS,
    });
    this.#shelf = new PlateShelf(this.#compositor, plates, paint);
  }

  /**
   * Answers the I420 bytes of a frame. They are the compositor's own: they stay valid while one more frame is shot.
   * A frame that shows what the one before showed is not drawn again.
   */
  shoot(frame: number): Uint8Array {
    const composition = compositionAt(this.#timeline, frame);
    const picture: Picture = {
      base: composition.base && this.#layer(composition.base),
      ...(composition.over !== undefined && { over: this.#layer(composition.over) }),
      mix: composition.mix,
      black: composition.black,
    };
    if (this.#last !== undefined && samePicture(this.#last.picture, picture)) return this.#last.bytes;
    const bytes = this.#compositor.draw(this.#slot, picture);
    this.#slot = (this.#slot + 1) % FRAME_SLOTS;
    this.#last = { picture, bytes };
    return bytes;
  }

  #layer({ shot, progress }: Take): Layer {
    const plate = this.#specs[shot.plate];
    if (plate === undefined) throw new RangeError(`Cannot film plate "${shot.plate}": there are ${this.#specs.length}`);
    const window = windowAt(shot.from, shot.to, progress, plate, this.#timeline);
    return { slot: this.#shelf.slotOf(shot.plate), window };
  }
}

function samePicture(a: Picture, b: Picture): boolean {
  return a.mix === b.mix && a.black === b.black && sameLayer(a.base, b.base) && sameLayer(a.over, b.over);
}

function sameLayer(a: Layer | undefined, b: Layer | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.slot === b.slot && sameWindow(a.window, b.window));
}
