/**
 * The picture kernel: 128-bit WebAssembly SIMD over the planes of I420 frames, compiled by AssemblyScript into
 * `kernel/kernel.wasm`. The host owns the memory and passes addresses; nothing is allocated here, nothing is checked
 * here. The host's promises: every address points into memory, buffers that are read or written carry 16 spare bytes,
 * and `0 < step <= 2`, because eight output pixels are fed from one 16-byte load.
 */

/** Bytes of the column table per block of eight output pixels: 16 of shuffle mask, 16 of weights, 4 of offset, 12 unused. */
const BLOCK: usize = 48;

/** Where an output pixel falls in a source line of `length` pixels: a whole index that has a right neighbour, and the rest. */
function place(pixel: i32, origin: f64, step: f64, length: i32): f64 {
  const at = origin + (<f64>pixel + 0.5) * step - 0.5;
  return min(max(at, 0), <f64>(length - 1));
}

/** Writes, for each block of eight output pixels, how to fetch their left and right neighbours and how to weigh them (0–128). */
function tabulate(table: usize, blocks: i32, sourceWidth: i32, x: f64, step: f64): void {
  for (let block = 0; block < blocks; block++, table += BLOCK) {
    const base = min(<i32>place(block * 8, x, step, sourceWidth), sourceWidth - 2);
    store<i32>(table, base, 32);
    for (let lane = 0; lane < 8; lane++) {
      const at = place(block * 8 + lane, x, step, sourceWidth);
      const index = min(<i32>at, sourceWidth - 2);
      const cell = table + ((<usize>lane) << 1);
      store<u8>(cell, <u8>(index - base));
      store<u8>(cell, <u8>(index - base + 1), 1);
      store<i16>(cell, <i16>((at - <f64>index) * 128 + 0.5), 16);
    }
  }
}

/** Resamples one source line into 16-bit pixels scaled by 128. */
function stretch(line: usize, table: usize, blocks: i32, row: usize): void {
  const low = i16x8.splat(0xff);
  for (let block = 0; block < blocks; block++, table += BLOCK, row += 16) {
    const pairs = i8x16.swizzle(v128.load(line + <usize>load<i32>(table, 32)), v128.load(table));
    const left = v128.and(pairs, low);
    const right = i16x8.shr_u(pairs, 8);
    const drift = i16x8.mul(i16x8.sub(right, left), v128.load(table, 16));
    v128.store(row, i16x8.add(i16x8.shl(left, 7), drift));
  }
}

function between(upper: v128, lower: v128, weight: v128): v128 {
  const moved = i16x8.add(upper, i16x8.q15mulr_sat_s(i16x8.sub(lower, upper), weight));
  return i16x8.shr_u(i16x8.add(moved, i16x8.splat(64)), 7);
}

/** Mixes two resampled lines into output pixels; `weight` of the lower one is in 1/32768. */
function settle(upper: usize, lower: usize, weight: i32, blocks: i32, out: usize): void {
  const weights = i16x8.splat(<i16>weight);
  for (let block = 0; block < blocks; block += 2, upper += 32, lower += 32, out += 16) {
    const first = between(v128.load(upper), v128.load(lower), weights);
    const second = between(v128.load(upper, 16), v128.load(lower, 16), weights);
    v128.store(out, i8x16.narrow_i16x8_u(first, second));
  }
}

/**
 * Draws one plane through a window: output pixel (i, j) shows the source at (x + (i + ½)·step − ½, y + (j + ½)·step − ½),
 * bilinear, in 1/128 pixel across and 1/32768 down. Each source line is resampled once, however many output lines use it.
 * `table` needs 48 bytes per eight pixels of `width` rounded up to sixteen; `rows` needs two lines of 16-bit pixels so
 * rounded. Writes up to 15 bytes past each output line: the next line covers them, the plane's padding takes the last.
 */
export function plane(
  source: usize,
  sourceWidth: i32,
  sourceHeight: i32,
  out: usize,
  width: i32,
  height: i32,
  x: f64,
  y: f64,
  step: f64,
  table: usize,
  rows: usize,
): void {
  const blocks = ((width + 15) >> 4) << 1;
  tabulate(table, blocks, sourceWidth, x, step);
  let upper = rows;
  let lower = rows + ((<usize>blocks) << 4);
  let held = -2;
  for (let j = 0; j < height; j++, out += <usize>width) {
    const at = place(j, y, step, sourceHeight);
    const index = min(<i32>at, sourceHeight - 2);
    if (index !== held) {
      if (index === held + 1) {
        const freed = upper;
        upper = lower;
        lower = freed;
      } else {
        stretch(source + <usize>(index * sourceWidth), table, blocks, upper);
      }
      stretch(source + <usize>((index + 1) * sourceWidth), table, blocks, lower);
      held = index;
    }
    const weight = min(<i32>((at - <f64>index) * 32768), 32767);
    settle(upper, lower, weight, blocks, out);
  }
}

function blend(a: v128, b: v128, keep: v128, take: v128): v128 {
  const half = i16x8.splat(128);
  const low = i16x8.add(i16x8.mul(i16x8.extend_low_i8x16_u(a), keep), i16x8.mul(i16x8.extend_low_i8x16_u(b), take));
  const high = i16x8.add(i16x8.mul(i16x8.extend_high_i8x16_u(a), keep), i16x8.mul(i16x8.extend_high_i8x16_u(b), take));
  return i8x16.narrow_i16x8_u(i16x8.shr_u(i16x8.add(low, half), 8), i16x8.shr_u(i16x8.add(high, half), 8));
}

/** Crossfade: out = a + (b − a)·weight/256, rounded. `out` may be `a` or `b`. Works in steps of 16 bytes. */
export function dissolve(a: usize, b: usize, out: usize, bytes: i32, weight: i32): void {
  const take = i16x8.splat(<i16>weight);
  const keep = i16x8.splat(<i16>(256 - weight));
  for (let at: usize = 0; at < <usize>bytes; at += 16) {
    v128.store(out + at, blend(v128.load(a + at), v128.load(b + at), keep, take));
  }
}
