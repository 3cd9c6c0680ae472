const SMALL = [
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen',
  'eighteen nineteen',
].flatMap((line) => line.split(' '));
const TENS = 'zero ten twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const SCALES: readonly (readonly [number, string])[] = [
  [1e12, 'trillion'],
  [1e9, 'billion'],
  [1e6, 'million'],
  [1e3, 'thousand'],
  [1e2, 'hundred'],
];
const ORDINALS = new Map([
  ['one', 'first'],
  ['two', 'second'],
  ['three', 'third'],
  ['five', 'fifth'],
  ['eight', 'eighth'],
  ['nine', 'ninth'],
  ['twelve', 'twelfth'],
]);
/** Longer whole numbers are read digit by digit: nobody follows quadrillions. */
const MOST_DIGITS = 15;
const PLAIN = /^[-−+]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?$/;

/** Whether the spelling is a plain number: `7`, `1,000`, `-3.14`, `.5`. */
export function isNumber(written: string): boolean {
  return PLAIN.test(written) && /\d/.test(written);
}

/** The value of a spelling that `isNumber` accepts. */
export function numberValue(written: string): number {
  return Number(written.replaceAll(',', '').replace('−', '-'));
}

/** Reads a spelling that `isNumber` accepts. */
export function numberWords(written: string): string[] {
  const [, sign = '', whole = '', fraction] = /^([-−+]?)([\d,]*)(?:\.(\d+))?$/.exec(written) ?? [];
  const digits = whole.replaceAll(',', '');
  const words: string[] = [];
  if (sign !== '') words.push(sign === '+' ? 'plus' : 'minus');
  if (digits.length > MOST_DIGITS || (digits.length > 1 && digits.startsWith('0'))) words.push(...digitWords(digits));
  else words.push(...cardinalWords(Number(digits)));
  if (fraction !== undefined) words.push('point', ...digitWords(fraction));
  return words;
}

/** `1204` → one thousand two hundred four. Whole numbers from 0 to 999 trillion. */
export function cardinalWords(value: number): string[] {
  if (value < 20) return [SMALL[value] ?? 'zero'];
  for (const [scale, name] of SCALES) {
    if (value < scale) continue;
    const rest = value % scale;
    return [...cardinalWords(Math.floor(value / scale)), name, ...(rest === 0 ? [] : cardinalWords(rest))];
  }
  const ones = value % 10;
  const tens = TENS[Math.floor(value / 10)] ?? 'zero';
  return ones === 0 ? [tens] : [tens, ...cardinalWords(ones)];
}

/** `21` → twenty first. */
export function ordinalWords(value: number): string[] {
  const words = cardinalWords(value);
  const last = words.at(-1) ?? 'zero';
  const ordinal =
    ORDINALS.get(last) ?? (last.endsWith('y') ? `${last.slice(0, -1)}ieth` : `${last}th`).replace('tth', 'th');
  return [...words.slice(0, -1), ordinal];
}

/** `007` → zero zero seven. */
export function digitWords(digits: string): string[] {
  return [...digits].map((digit) => SMALL[Number(digit)] ?? 'zero');
}

/** `1984` → nineteen eighty four, `1905` → nineteen oh five, `2007` → two thousand seven. */
export function yearWords(year: number): string[] {
  const century = Math.floor(year / 100);
  const rest = year % 100;
  if (century % 10 === 0 && rest < 10) return cardinalWords(year);
  if (rest === 0) return [...cardinalWords(century), 'hundred'];
  return [...cardinalWords(century), ...(rest < 10 ? ['oh'] : []), ...cardinalWords(rest)];
}

/** `nineties` for `ninety`, `two thousands` for `two thousand`. */
export function pluralWords(words: readonly string[]): string[] {
  const last = words.at(-1) ?? '';
  return [...words.slice(0, -1), last.endsWith('y') ? `${last.slice(0, -1)}ies` : `${last}s`];
}
