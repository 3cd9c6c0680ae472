import type { TimedWord } from '../timed-word.ts';
import { readNumber } from './numbers.ts';

/** A figure worth showing large while it is spoken. */
export interface Callout {
  readonly value: number;
  /** `percent` is drawn with a ring that fills; `amount` with its unit under it. */
  readonly kind: 'percent' | 'amount';
  /** What stands before the number («$»), and under it («million»). */
  readonly prefix: string;
  readonly unit: string;
  /** Decimals the number was given with. */
  readonly decimals: number;
  /** Seconds. */
  readonly start: number;
  readonly end: number;
}

const MAGNITUDES = ['thousand', 'million', 'billion', 'trillion'];
const SHOWN_SECONDS = 2.6;
const SHORTEST_SECONDS = 1.2;

/**
 * Finds the figures in a narration: percentages («70 %», «seventy percent», «百分之七十») and amounts with a magnitude or
 * a currency («3.5 million», «$40 billion»). Years, ordinals and small counts are left alone. Callouts never overlap.
 */
export function findCallouts(words: readonly TimedWord[]): Callout[] {
  const plain = words.map(({ w }) => w.toLowerCase().replace(/^["'“‘(«]+|[.,;:!?"'”’)»…]+$/gu, ''));
  const found: Callout[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const figure = figureAt(plain, at);
    const word = words[at];
    if (!figure || !word) continue;
    found.push({ ...figure.callout, start: word.start, end: word.start + SHOWN_SECONDS });
    at += figure.length - 1;
  }
  return found
    .map((callout, index) => ({ ...callout, end: Math.min(callout.end, found[index + 1]?.start ?? callout.end) }))
    .filter((callout) => callout.end - callout.start >= SHORTEST_SECONDS);
}

interface Figure {
  readonly callout: Omit<Callout, 'start' | 'end'>;
  readonly length: number;
}

function figureAt(words: readonly string[], at: number): Figure | undefined {
  const first = words[at] ?? '';
  const chinese = chinesePercent(first);
  if (chinese !== undefined) return percent(chinese, 1);
  const attached = /^([\d.,]+)\s*[%％]$/u.exec(first);
  const [, digits] = attached ?? [];
  if (digits !== undefined) {
    const number = readNumber([digits]);
    return number ? percent(number.value, 1) : undefined;
  }
  const currency = /^[$€£¥]/u.exec(first)?.[0] ?? '';
  const number = readNumber([first.slice(currency.length), ...words.slice(at + 1, at + 9)]);
  if (!number) return undefined;
  const following = words[at + number.length] ?? '';
  const second = words[at + number.length + 1];
  if (following === 'percent' || following === '%') return percent(number.value, number.length + 1);
  if (following === 'per' && second === 'cent') return percent(number.value, number.length + 2);
  const large = MAGNITUDES.includes(following);
  if (!large && currency === '') return undefined;
  const taken = number.length + (large ? 1 : 0);
  const coin = /^(dollars?|euros?|pounds?)$/.exec(words[at + taken] ?? '')?.[1];
  const sign = currency || (coin ? ({ d: '$', e: '€', p: '£' }[coin.slice(0, 1)] ?? '') : '');
  return {
    callout: {
      value: number.value,
      kind: 'amount',
      prefix: sign,
      unit: large ? following : '',
      decimals: decimalsOf(number.value),
    },
    length: taken + (coin ? 1 : 0),
  };
}

function percent(value: number, length: number): Figure | undefined {
  if (value < 0 || value > 100) return undefined;
  return { callout: { value, kind: 'percent', prefix: '', unit: '', decimals: decimalsOf(value) }, length };
}

function decimalsOf(value: number): number {
  return Math.min(2, (String(value).split('.')[1] ?? '').length);
}

const CHINESE_DIGITS = '零一二三四五六七八九';

/** «百分之七十五» anywhere in a word, because Chinese voices often report a whole clause as one. */
function chinesePercent(word: string): number | undefined {
  const found = /百分之([零一二三四五六七八九十百]+|\d+(?:\.\d+)?)/u.exec(word)?.[1];
  if (found === undefined) return undefined;
  if (/^\d/.test(found)) return Number(found);
  if (found === '百' || found === '一百') return 100;
  const [tens = '', ones = ''] = found.includes('十') ? found.split('十') : ['零', found];
  const digit = (text: string, empty: number) => (text === '' ? empty : CHINESE_DIGITS.indexOf(text));
  const value = digit(tens, 1) * 10 + digit(ones, 0);
  return value >= 0 && value <= 100 ? value : undefined;
}
