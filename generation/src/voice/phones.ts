/** A speech sound of the engine and when it ends, in seconds. */
export interface TimedPhone {
  readonly phone: string;
  readonly start: number;
  readonly end: number;
}

/** The engine's name for a rest. */
export const PAUSE = 'pau';

const VOWELS = new Set('aa ae ah ao aw ax axr ay eh er ey ih iy ow oy uh uw'.split(' '));
/** Sounds that turn into one another in running speech. */
const RELATED: readonly ReadonlySet<string>[] = [
  't d dx',
  's z',
  'th dh',
  'f v',
  'n ng m',
  'k g',
  'p b',
  'l r',
  'sh zh ch jh',
].map((family) => new Set(family.split(' ')));

/**
 * Reads what the engine prints with end times: `pau:0.254 hh:0.296 …`.
 * @throws SyntaxError when it is anything else
 */
export function parseTimedPhones(printed: string): TimedPhone[] {
  let start = 0;
  return splitWords(printed).map((item) => {
    const [, phone, time] = /^([a-z]+):(\d+(?:\.\d+)?)$/.exec(item) ?? [];
    const end = Number(time);
    if (phone === undefined || end < start) {
      throw new SyntaxError(`Cannot read the phones of the voice engine at "${item.slice(0, 40)}"`);
    }
    const timed = { phone, start, end };
    start = end;
    return timed;
  });
}

/** Reads what the engine prints without times, cut at its pauses. */
export function parsePhoneGroups(printed: string): string[][] {
  const groups: string[][] = [];
  let open: string[] = [];
  for (const phone of [...splitWords(printed), PAUSE]) {
    if (phone !== PAUSE) {
      open.push(phone);
    } else if (open.length > 0) {
      groups.push(open);
      open = [];
    }
  }
  return groups;
}

/** How wrong it is to take one sound for another: 0 for itself, 1 for an unrelated one. */
export function phoneDistance(a: string, b: string): number {
  if (a === b) return 0;
  if (VOWELS.has(a) && VOWELS.has(b)) return 0.3;
  return RELATED.some((family) => family.has(a) && family.has(b)) ? 0.4 : 1;
}

function splitWords(printed: string): string[] {
  return printed.split(/\s+/).filter((item) => item !== '');
}
