import type { Plate } from '../picture/plate.ts';
import { type Kernel, startKernel } from './kernel.ts';
import type { Size, Window } from './window.ts';

/** A window onto a loaded plate. */
export interface Layer {
  /** The slot the plate was loaded into. */
  readonly slot: number;
  readonly window: Window;
}

/** What to draw: `over` covers `base` by `mix`/256, then black covers both by `black`/256. No base is black. */
export interface Picture {
  readonly base: Layer | undefined;
  readonly over?: Layer;
  readonly mix: number;
  readonly black: number;
}

export interface CompositorOptions {
  /** Even pixels. */
  readonly frame: Size;
  /** Bytes of the largest plate that will be loaded. */
  readonly plateBytes: number;
  /** Plates alive at once. */
  readonly plateSlots: number;
  /** Finished frames alive at once: one is drawn while the others are on their way out. */
  readonly frameSlots: number;
}

/** Spare bytes behind every buffer: the kernel reads and writes 16 at a time. */
const PADDING = 16;

/** The kernel feeds eight pixels from one 16-byte load; a plate above twice the frame would also shimmer. */
const MAX_STEP = 2;

/** Draws I420 frames from I420 plates inside one fixed block of memory. */
export class Compositor {
  readonly frameBytes: number;
  readonly #frame: Size;
  readonly #kernel: Kernel;
  readonly #plateBytes: number;
  readonly #plateAt: readonly number[];
  readonly #frameAt: readonly number[];
  readonly #scratchAt: number;
  readonly #blackAt: number;
  readonly #tableAt: number;
  readonly #rowsAt: number;
  readonly #sizes: (Size | undefined)[];

  constructor(options: CompositorOptions) {
    const { frame, plateBytes, plateSlots, frameSlots } = options;
    this.#frame = frame;
    this.#plateBytes = plateBytes;
    this.frameBytes = bytesOf(frame);
    let top = 0;
    const claim = (bytes: number): number => {
      const address = top;
      top += Math.ceil((bytes + PADDING) / 64) * 64;
      return address;
    };
    const columns = Math.ceil(frame.width / 16) * 16;
    this.#tableAt = claim(columns * 6);
    this.#rowsAt = claim(columns * 4);
    this.#plateAt = Array.from({ length: plateSlots }, () => claim(plateBytes));
    this.#frameAt = Array.from({ length: frameSlots }, () => claim(this.frameBytes));
    this.#scratchAt = claim(this.frameBytes);
    this.#blackAt = claim(this.frameBytes);
    this.#sizes = Array.from({ length: plateSlots }, () => undefined);
    this.#kernel = startKernel(top);
    const luma = frame.width * frame.height;
    this.#kernel.memory.fill(16, this.#blackAt, this.#blackAt + luma);
    this.#kernel.memory.fill(128, this.#blackAt + luma, this.#blackAt + this.frameBytes);
  }

  /** Copies a plate into a slot. Throws a RangeError when it does not fit the slot or this compositor's frame. */
  load(slot: number, plate: Plate): void {
    const address = at(this.#plateAt, slot, 'plate');
    const { width, height, data } = plate;
    const named = `plate of ${width}×${height} pixels`;
    if (width % 2 !== 0 || height % 2 !== 0 || width < 4 || height < 4 || data.length !== bytesOf(plate)) {
      throw new RangeError(`Cannot load a ${named} with ${data.length} bytes: sides must be even and the bytes I420`);
    }
    if (data.length > this.#plateBytes) {
      throw new RangeError(`Cannot load a ${named}: the largest announced plate has ${this.#plateBytes} bytes`);
    }
    if (Math.min(width / this.#frame.width, height / this.#frame.height) > MAX_STEP) {
      throw new RangeError(`Cannot load a ${named}: paint it at most ${MAX_STEP} times the size of the frame`);
    }
    this.#kernel.memory.set(data, address);
    this.#sizes[slot] = { width, height };
  }

  /** Draws a picture and answers the frame's own bytes (a view, not a copy): Y, U, V without gaps. */
  draw(slot: number, picture: Picture): Uint8Array {
    const out = at(this.#frameAt, slot, 'frame');
    if (picture.base === undefined) this.#kernel.memory.copyWithin(out, this.#blackAt, this.#blackAt + this.frameBytes);
    else this.#shoot(picture.base, out);
    if (picture.over !== undefined && picture.mix > 0) {
      this.#shoot(picture.over, this.#scratchAt);
      this.#kernel.dissolve(out, this.#scratchAt, out, this.frameBytes, picture.mix);
    }
    if (picture.black > 0) this.#kernel.dissolve(out, this.#blackAt, out, this.frameBytes, picture.black);
    return this.#kernel.memory.subarray(out, out + this.frameBytes);
  }

  #shoot(layer: Layer, out: number): void {
    const plate = this.#sizes[layer.slot];
    if (plate === undefined) throw new RangeError(`Cannot draw from plate slot "${layer.slot}": load a plate first`);
    const { width, height } = this.#frame;
    const luma = plate.width * plate.height;
    const lumaOut = width * height;
    const source = at(this.#plateAt, layer.slot, 'plate');
    this.#plane(source, plate, out, this.#frame, layer.window);
    const half: Window = { x: layer.window.x / 2, y: layer.window.y / 2, step: layer.window.step };
    const small = { width: plate.width / 2, height: plate.height / 2 };
    const smallOut = { width: width / 2, height: height / 2 };
    this.#plane(source + luma, small, out + lumaOut, smallOut, half);
    this.#plane(source + luma * 1.25, small, out + lumaOut * 1.25, smallOut, half);
  }

  #plane(source: number, plate: Size, out: number, frame: Size, { x, y, step }: Window): void {
    const { width, height } = plate;
    this.#kernel.plane(source, width, height, out, frame.width, frame.height, x, y, step, this.#tableAt, this.#rowsAt);
  }
}

function bytesOf({ width, height }: Size): number {
  return (width * height * 3) / 2;
}

function at(addresses: readonly number[], slot: number, kind: string): number {
  const address = addresses[slot];
  if (address === undefined) throw new RangeError(`Cannot use ${kind} slot "${slot}": there are ${addresses.length}`);
  return address;
}
