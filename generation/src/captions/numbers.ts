/** A number found in words, with the words it took. */
export interface SpokenNumber {
  readonly value: number;
  /** How many words were read. */
  readonly length: number;
}

const UNITS =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');

/**
 * Reads a cardinal below a thousand from the beginning of a list of lower-case words without punctuation: digits
 * («70», «1,200», «3.5»), or English words («twenty-five», «a hundred and ten», «three point five»).
 */
export function readNumber(words: readonly string[]): SpokenNumber | undefined {
  const first = words[0];
  if (first === undefined) return undefined;
  if (/^\d{1,3}(,\d{3})*(\.\d+)?$|^\d+(\.\d+)?$/.test(first))
    return { value: Number(first.replaceAll(',', '')), length: 1 };
  const whole = readHundreds(words);
  if (!whole || words[whole.length] !== 'point') return whole;
  const digits = words.slice(whole.length + 1).map((word) => UNITS.indexOf(word));
  const count = digits.findIndex((digit) => digit < 0 || digit > 9);
  const decimals = digits.slice(0, count === -1 ? digits.length : count);
  if (decimals.length === 0) return whole;
  return { value: Number(`${whole.value}.${decimals.join('')}`), length: whole.length + 1 + decimals.length };
}

function readHundreds(words: readonly string[]): SpokenNumber | undefined {
  const lead = words[0] === 'a' && words[1] === 'hundred' ? { value: 1, length: 1 } : readTens(words);
  if (!lead) return undefined;
  if (words[lead.length] !== 'hundred') return lead;
  const past = lead.length + 1 + (words[lead.length + 1] === 'and' ? 1 : 0);
  const rest = readTens(words.slice(past));
  if (!rest) return { value: lead.value * 100, length: lead.length + 1 };
  return { value: lead.value * 100 + rest.value, length: past + rest.length };
}

function readTens(words: readonly string[]): SpokenNumber | undefined {
  const first = words[0] ?? '';
  const [ten, unit, ...others] = first.split('-');
  if (ten === undefined || others.length > 0) return undefined;
  const small = UNITS.indexOf(first);
  if (small >= 0) return { value: small, length: 1 };
  const tens = TENS.indexOf(ten);
  if (tens < 0) return undefined;
  const base = (tens + 2) * 10;
  if (unit !== undefined) {
    const ones = UNITS.indexOf(unit);
    return ones > 0 && ones < 10 ? { value: base + ones, length: 1 } : undefined;
  }
  const following = UNITS.indexOf(words[1] ?? '');
  return following > 0 && following < 10 ? { value: base + following, length: 2 } : { value: base, length: 1 };
}
