/** Bytes, by fours: those of `mcp_message_size_bytes`, which a test holds them to. */
export const FRAME_BOUNDS: readonly number[] = Object.freeze([
  256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216,
]);

/** Frames of one direction by their size, as a histogram has them: nearly all are in the first buckets. */
export class FrameSizes {
  readonly counts = new Float64Array(FRAME_BOUNDS.length + 1);
  /** Bytes of all. */
  sum = 0;

  add(bytes: number): void {
    let bucket = 0;
    while (bytes > (FRAME_BOUNDS[bucket] ?? Number.POSITIVE_INFINITY)) bucket += 1;
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    this.sum += bytes;
  }
}
