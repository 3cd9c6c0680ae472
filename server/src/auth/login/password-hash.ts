/** What a password costs to check: memory is 128 · 2^ln · r bytes (RFC 7914 §2). */
export interface ScryptCost {
  /** Logarithm of the cost to the base 2. */
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

/** A stored password, read. */
export interface PasswordHash {
  readonly cost: ScryptCost;
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
}

/** The PHC string format for scrypt: numbers without leading zeros, standard base64 without padding. */
const FORM = /^\$scrypt\$ln=([1-9]\d?),r=([1-9]\d?),p=([1-9]\d?)\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;

const MIN_LN = 10;
const MAX_LN = 20;
const MAX_R = 32;
const MAX_P = 8;
/** Twice this much may be in use at once. */
const MAX_MEMORY_BYTES = 536_870_912;

/** Bytes one check takes. */
export function memoryOf({ ln, r }: ScryptCost): number {
  return 128 * 2 ** ln * r;
}

/** @throws Error for a cost that protects nobody, or that a machine could not bear. */
export function checkCost(cost: ScryptCost): void {
  const { ln, r, p } = cost;
  const within = (value: number, least: number, most: number): boolean =>
    Number.isInteger(value) && value >= least && value <= most;
  if (within(ln, MIN_LN, MAX_LN) && within(r, 1, MAX_R) && within(p, 1, MAX_P) && memoryOf(cost) <= MAX_MEMORY_BYTES) {
    return;
  }
  throw new Error(
    `Cannot use scrypt with ln=${ln},r=${r},p=${p}: expected ln ${MIN_LN} to ${MAX_LN}, r 1 to ${MAX_R}, p 1 to ` +
      `${MAX_P}, and no more than 512 MiB`,
  );
}

/** @throws Error for anything but a stored password with a cost within bounds; the text itself is not in the error. */
export function readPasswordHash(text: string): PasswordHash {
  const [, ln, r, p, salt = '', hash = ''] = FORM.exec(text) ?? [];
  const read = { salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') };
  // Writing it again shows whether the base64 was canonical, too.
  if (ln === undefined || phcBase64(read.salt) !== salt || phcBase64(read.hash) !== hash) {
    throw new Error('Cannot read a stored password: expected $scrypt$ln=…,r=…,p=…$salt$hash');
  }
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
  checkCost(cost);
  return { cost, ...read };
}

export function printPasswordHash({ cost: { ln, r, p }, salt, hash }: PasswordHash): string {
  return `$scrypt$ln=${ln},r=${r},p=${p}$${phcBase64(salt)}$${phcBase64(hash)}`;
}

function phcBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('base64')
    .replace(/={1,2}$/, '');
}
