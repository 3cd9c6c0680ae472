import { cardinalWords, isNumber, numberValue, numberWords } from './numbers.ts';
import type { Reader } from './reader.ts';

interface Currency {
  readonly one: string;
  readonly many: string;
  /** One hundredth; absent where nobody speaks of it. */
  readonly cent?: readonly [one: string, many: string];
}

const CURRENCIES: { readonly [sign: string]: Currency } = {
  $: { one: 'dollar', many: 'dollars', cent: ['cent', 'cents'] },
  '€': { one: 'euro', many: 'euros', cent: ['cent', 'cents'] },
  '£': { one: 'pound', many: 'pounds', cent: ['penny', 'pence'] },
  '¥': { one: 'yen', many: 'yen' },
  '₹': { one: 'rupee', many: 'rupees' },
  '₩': { one: 'won', many: 'won' },
};
const MAGNITUDES: { readonly [suffix: string]: string } = {
  k: 'thousand',
  m: 'million',
  mn: 'million',
  b: 'billion',
  bn: 'billion',
  t: 'trillion',
  tn: 'trillion',
};
const SPELLED_MAGNITUDE = /^(?:hundred|thousand|million|billion|trillion)s?$/i;
const AMOUNT = /^([-−]?)(?:US)?([$€£¥₹₩])([\d,]*\.?\d+)(mn|bn|tn|[kmbt])?$/i;
const AMOUNT_BEHIND = /^([-−]?)([\d,]*\.?\d+)([€£¥₹₩])$/;

/** `$5`, `€3.50`, `£2.5m`, and the `million` of `$5 million`, whose currency is spoken behind it. */
export const readMoney: Reader = (core, { previous, next }) => {
  if (SPELLED_MAGNITUDE.test(core)) {
    const before = amountOf(previous);
    return before === undefined || before.suffix !== '' ? undefined : [core.toLowerCase(), before.currency.many];
  }
  const amount = amountOf(core);
  if (amount === undefined) return undefined;
  const sign = amount.negative ? ['minus'] : [];
  const { currency, figure, suffix } = amount;
  if (SPELLED_MAGNITUDE.test(next) && suffix === '') return [...sign, ...numberWords(figure)];
  const magnitude = MAGNITUDES[suffix.toLowerCase()];
  if (magnitude !== undefined) return [...sign, ...numberWords(figure), magnitude, currency.many];
  return [...sign, ...wholeAndCents(figure, currency)];
};

function amountOf(
  written: string,
): { negative: boolean; currency: Currency; figure: string; suffix: string } | undefined {
  const [, minus = '', sign = '', figure = '', suffix = ''] = AMOUNT.exec(written) ?? behind(written);
  const currency = CURRENCIES[sign];
  if (currency === undefined || !isNumber(figure)) return undefined;
  return { negative: minus !== '', currency, figure, suffix };
}

function behind(written: string): readonly string[] {
  const [all = '', minus = '', figure = '', sign = ''] = AMOUNT_BEHIND.exec(written) ?? [];
  return [all, minus, sign, figure, ''];
}

function wholeAndCents(figure: string, { one, many, cent }: Currency): string[] {
  const [whole = '', fraction] = figure.split('.');
  const name = numberValue(figure) === 1 ? one : many;
  if (cent === undefined || fraction === undefined || fraction.length !== 2) return [...numberWords(figure), name];
  const cents = cardinalWords(Number(fraction));
  const centName = Number(fraction) === 1 ? cent[0] : cent[1];
  if (Number(whole) === 0) return [...cents, centName];
  const dollars = [...numberWords(whole), numberValue(whole) === 1 ? one : many];
  return Number(fraction) === 0 ? dollars : [...dollars, ...cents];
}
