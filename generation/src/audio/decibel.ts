/** Amplitude ratio to decibels; silence is −Infinity. */
export function toDecibels(ratio: number): number {
  return 20 * Math.log10(Math.abs(ratio));
}

/** Decibels to an amplitude ratio; −Infinity is 0. */
export function fromDecibels(decibels: number): number {
  return 10 ** (decibels / 20);
}
