/** Unpredictable bytes; `node:crypto` outside tests. */
export type RandomBytes = (size: number) => Uint8Array;

/** URL-safe, and in the order of its character codes, so that ids sort as the numbers in them do. */
const DIGITS = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';
const TIME_DIGITS = 8;
const RANDOM_DIGITS = 22;

const PATTERN = new RegExp(`^job_[-0-9A-Z_a-z]{${TIME_DIGITS + RANDOM_DIGITS}}$`);

/**
 * `job_`, 48 bits of time, 132 random bits. The time in front keeps neighbours in time neighbours in the index, and makes
 * newest-first a matter of the index alone; the random part cannot be guessed.
 */
export function createJobId(nowMs: number, random: RandomBytes): string {
  let time = '';
  for (let rest = Math.max(0, Math.floor(nowMs)), i = 0; i < TIME_DIGITS; i++) {
    time = DIGITS.charAt(rest % 64) + time;
    rest = Math.floor(rest / 64);
  }
  let secret = '';
  for (const byte of random(RANDOM_DIGITS)) secret += DIGITS.charAt(byte & 63);
  return `job_${time}${secret}`;
}

export function isJobId(text: string): boolean {
  return PATTERN.test(text);
}
