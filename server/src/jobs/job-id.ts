/** Unpredictable bytes; `node:crypto` outside tests. */
export type RandomBytes = (size: number) => Uint8Array;

/** URL-safe, and in the order of its character codes, so that ids sort as the numbers in them do. */
const DIGITS = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';
const TIME_DIGITS = 8;
const RANDOM_DIGITS = 22;

const PATTERN = new RegExp(`^job_[-0-9A-Z_a-z]{${TIME_DIGITS + RANDOM_DIGITS}}$`);

/** Asking the system for random bytes is slow, so it is asked for many at a time. */
const POOL_IDS = 64;

/**
 * Makes ids: `job_`, 48 bits of time, 132 random bits. The time in front keeps neighbours in time neighbours in the index,
 * and makes newest-first a matter of the index alone; the random part cannot be guessed.
 */
export class JobIds {
  readonly #random: RandomBytes;
  #pool: Uint8Array = new Uint8Array();
  #used = 0;

  constructor(random: RandomBytes) {
    this.#random = random;
  }

  next(nowMs: number): string {
    let time = '';
    for (let rest = Math.max(0, Math.floor(nowMs)), i = 0; i < TIME_DIGITS; i++) {
      time = DIGITS.charAt(rest % 64) + time;
      rest = Math.floor(rest / 64);
    }
    if (this.#used === this.#pool.length) {
      this.#pool = this.#random(RANDOM_DIGITS * POOL_IDS);
      this.#used = 0;
    }
    let secret = '';
    for (const byte of this.#pool.subarray(this.#used, this.#used + RANDOM_DIGITS)) secret += DIGITS.charAt(byte & 63);
    this.#used += RANDOM_DIGITS;
    return `job_${time}${secret}`;
  }
}

export function isJobId(text: string): boolean {
  return PATTERN.test(text);
}
