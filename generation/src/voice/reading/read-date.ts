import { cardinalWords, isNumber, ordinalWords, yearWords } from './numbers.ts';
import type { Reader } from './reader.ts';

const MONTHS = 'january february march april may june july august september october november december'.split(' ');
const MONTH = new RegExp(`^(?:${MONTHS.join('|')}|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)$`, 'i');

/** Clock times and dates: `10:30`, `5pm`, `2024-05-01`, `5/1/2024`, and the `5` of `May 5`. */
export const readDate: Reader = (core, context) => {
  const day = Number(core);
  if (/^\d{1,2}$/.test(core) && day >= 1 && day <= 31 && isMonthName(context.previous)) return ordinalWords(day);
  return clock(core) ?? isoDate(core) ?? slashDate(core);
};

function isMonthName(word: string): boolean {
  // «may» and «march» are verbs too; as months they are capitalised.
  return /^[A-Z]/.test(word) && MONTH.test(word);
}

function clock(core: string): string[] | undefined {
  const [, hours, minutes, seconds, half] =
    /^(\d{1,2})(?::([0-5]\d))?(?::([0-5]\d))?(am|pm|a\.m|p\.m)?$/i.exec(core) ?? [];
  if (hours === undefined || (minutes === undefined && half === undefined)) return undefined;
  if (Number(hours) > 24) return undefined;
  const words = cardinalWords(Number(hours));
  if (minutes === '00' && half === undefined) words.push("o'clock");
  else if (minutes !== undefined && minutes !== '00') words.push(...underSixty(minutes));
  if (seconds !== undefined) words.push('and', ...cardinalWords(Number(seconds)), 'seconds');
  if (half !== undefined) words.push(/^a/i.test(half) ? 'ay' : 'p', 'm');
  return words;
}

function underSixty(digits: string): string[] {
  return [...(digits.startsWith('0') ? ['oh'] : []), ...cardinalWords(Number(digits))];
}

function isoDate(core: string): string[] | undefined {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(core) ?? [];
  return year === undefined ? undefined : date(Number(year), Number(month), Number(day));
}

/** Month first, as Americans write; the other way round when that cannot be. */
function slashDate(core: string): string[] | undefined {
  const [, first, second, year] = /^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$/.exec(core) ?? [];
  if (first === undefined || second === undefined || !isNumber(year ?? '')) return undefined;
  const swap = Number(first) > 12;
  return date(Number(year), Number(swap ? second : first), Number(swap ? first : second));
}

function date(year: number, month: number, day: number): string[] | undefined {
  const name = MONTHS[month - 1];
  if (name === undefined || day < 1 || day > 31) return undefined;
  return [name, ...ordinalWords(day), ...yearWords(year)];
}
