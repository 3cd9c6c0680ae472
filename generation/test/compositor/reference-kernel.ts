/** The kernel's arithmetic in plain numbers, as the measure for the compiled one. */

/** Bilinear sample of one plane through a window; see `assembly/kernel.ts` for the mapping. */
export function referencePlane(
  source: Uint8Array,
  size: { width: number; height: number },
  frame: { width: number; height: number },
  window: { x: number; y: number; step: number },
): Float64Array {
  const out = new Float64Array(frame.width * frame.height);
  for (let j = 0; j < frame.height; j++) {
    const y = clamp(window.y + (j + 0.5) * window.step - 0.5, size.height - 1);
    for (let i = 0; i < frame.width; i++) {
      const x = clamp(window.x + (i + 0.5) * window.step - 0.5, size.width - 1);
      out[j * frame.width + i] = sample(source, size, x, y);
    }
  }
  return out;
}

export function referenceDissolve(a: Uint8Array, b: Uint8Array, weight: number): Uint8Array {
  return a.map((value, index) => Math.floor((value * (256 - weight) + (b[index] ?? 0) * weight + 128) / 256));
}

function sample(
  source: Uint8Array,
  { width, height }: { width: number; height: number },
  x: number,
  y: number,
): number {
  const left = Math.min(Math.floor(x), width - 2);
  const top = Math.min(Math.floor(y), height - 2);
  const pixel = (dx: number, dy: number) => source[(top + dy) * width + left + dx] ?? 0;
  const across = (dy: number) => pixel(0, dy) + (pixel(1, dy) - pixel(0, dy)) * (x - left);
  return across(0) + (across(1) - across(0)) * (y - top);
}

function clamp(value: number, last: number): number {
  return Math.min(Math.max(value, 0), last);
}
