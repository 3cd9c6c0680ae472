import {
  cardinalWords,
  digitWords,
  isNumber,
  numberValue,
  numberWords,
  ordinalWords,
  pluralWords,
  yearWords,
} from './numbers.ts';
import type { Reader } from './reader.ts';

const FRACTIONS: { readonly [written: string]: readonly string[] } = {
  '1/2': ['one', 'half'],
  '1/3': ['one', 'third'],
  '2/3': ['two', 'thirds'],
  '1/4': ['one', 'quarter'],
  '3/4': ['three', 'quarters'],
  '1/5': ['one', 'fifth'],
  '1/8': ['one', 'eighth'],
  '1/10': ['one', 'tenth'],
};

const PREFIXES: { readonly [sign: string]: readonly string[] } = {
  '~': ['about'],
  '≈': ['about'],
  '≥': ['at', 'least'],
  '≤': ['at', 'most'],
  '>': ['more', 'than'],
  '<': ['less', 'than'],
  '#': ['number'],
};

/** Numbers by themselves: whole, decimal, ordinal, fractions, ranges, ratios, sizes, versions, phone numbers. */
export const readNumber: Reader = (core, context) => {
  const prefix = PREFIXES[core.slice(0, 1)];
  if (prefix !== undefined && isNumber(core.slice(1))) return [...prefix, ...numberWords(core.slice(1))];
  if (isNumber(core))
    return /^(?:no|number|chapter|page|room)$/i.test(context.previous) ? numberWords(core) : numberOrYear(core);
  return ordinal(core) ?? decade(core) ?? fraction(core) ?? pair(core) ?? version(core) ?? phone(core);
};

/** Four bare digits are far more often a year than a count: `1984`, `2024`. */
function numberOrYear(written: string): string[] {
  const value = numberValue(written);
  return /^\d{4}$/.test(written) && value >= 1100 && value < 2100 ? yearWords(value) : numberWords(written);
}

function ordinal(core: string): string[] | undefined {
  const [, digits] = /^(\d{1,9}|\d{1,3}(?:,\d{3})+)(?:st|nd|rd|th)$/i.exec(core) ?? [];
  return digits === undefined ? undefined : ordinalWords(numberValue(digits));
}

function decade(core: string): string[] | undefined {
  const [, digits] = /^'?(\d0|\d{3}0)'?s$/.exec(core) ?? [];
  if (digits === undefined) return undefined;
  const value = Number(digits);
  return pluralWords(value >= 1100 ? yearWords(value) : cardinalWords(value));
}

/** `3/4` and, as the tokens spell `2¾`, `2-and-3/4`. */
function fraction(core: string): string[] | undefined {
  const [, whole, part = ''] = /^(?:(\d+)-and-)?(\d+\/\d+)$/.exec(core) ?? [];
  const words = FRACTIONS[part];
  if (words === undefined) return undefined;
  return whole === undefined ? [...words] : [...numberWords(whole), 'and', ...words];
}

/** `10-20`, `16:9`, `1920x1080`, `24/7`, `3/7`. */
function pair(core: string): string[] | undefined {
  const [, left, sign, right] = /^([\d.,]+)([-–—:x×/])([\d.,]+)$/.exec(core) ?? [];
  if (left === undefined || right === undefined || !isNumber(left) || !isNumber(right)) return undefined;
  if (core === '24/7') return ['twenty', 'four', 'seven'];
  if (sign === 'x' || sign === '×') return [...numberWords(left), 'by', ...numberWords(right)];
  return [...numberOrYear(left), sign === '/' ? 'over' : 'to', ...numberOrYear(right)];
}

function version(core: string): string[] | undefined {
  const [, letter, digits] = /^(v)?(\d+(?:\.\d+)*)$/i.exec(core) ?? [];
  if (digits === undefined) return undefined;
  const parts = digits.split('.').map((part) => numberWords(part));
  const words = parts.flatMap((part, i) => (i === 0 ? part : ['point', ...part]));
  return letter === undefined ? words : ['version', ...words];
}

function phone(core: string): string[] | undefined {
  if (!/^\+?\d+(?:[-.]\d+){2,}$/.test(core)) return undefined;
  return [...(core.startsWith('+') ? ['plus'] : []), ...digitWords(core.replace(/\D/g, ''))];
}
