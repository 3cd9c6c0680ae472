import { abbreviationOf } from './abbreviations.ts';
import { partsOf } from './compound.ts';
import { respellingOf } from './lexicon.ts';
import { readAddress } from './read-address.ts';
import { readCapitals } from './read-capitals.ts';
import { readDate } from './read-date.ts';
import { readMeasure } from './read-measure.ts';
import { readMoney } from './read-money.ts';
import { readNumber } from './read-number.ts';
import { readWord } from './read-word.ts';
import type { Reader, ReadingContext } from './reader.ts';
import { type Token, tokensOf } from './tokens.ts';

/** How long the voice rests behind a word. */
export type Rest = 'none' | 'clause' | 'sentence' | 'paragraph';

/** A word as written and as said. */
export interface ReadWord {
  /** The spelling of the text with its punctuation; signs that are not said hang on to it. */
  readonly written: string;
  /** Lower-case English words; empty only when the whole text says nothing. */
  readonly spoken: readonly string[];
  readonly rest: Rest;
  /** The sentence that ends here asks. */
  readonly asks: boolean;
}

/** In this order; the first that knows the spelling answers. */
const READERS: readonly Reader[] = [
  readAddress,
  readDate,
  readMoney,
  readNumber,
  readMeasure,
  (core, context) => abbreviationOf(core, context)?.spoken.split(' '),
  (core) => respellingOf(core.toLowerCase()),
  readCapitals,
];
const RESTS: readonly Rest[] = ['none', 'clause', 'sentence', 'paragraph'];
/** What one run of characters may say at most, and how much of it is looked at: a page of digits without a space is noise. */
const MOST_SPOKEN = 60;
const MOST_CHARACTERS = 400;
const INITIALS = /^(?:[A-Z]\.)*[A-HJ-Z]$/;

/** Every written word with what to say for it, in order. Never throws, whatever the text. */
export function readAloud(text: string): ReadWord[] {
  const tokens = tokensOf(text);
  const shouted = isShouted(tokens);
  const words = tokens.map((token, i) => {
    const context: ReadingContext = {
      previous: tokens[i - 1]?.core ?? '',
      next: tokens[i + 1]?.core ?? '',
      after: token.after,
      shouted,
    };
    const spoken = sayToken(token.core, context);
    return { written: token.written, spoken, rest: restAfter(token, context), asks: token.after.includes('?') };
  });
  return attachSilent(words);
}

/** A headline in capitals; a lone NASA or two are not one. */
function isShouted(tokens: readonly Token[]): boolean {
  const words = tokens.filter(({ core }) => /\p{L}/u.test(core));
  return words.length >= 4 && words.filter(({ core }) => !/\p{Ll}/u.test(core)).length > words.length * 0.8;
}

function sayToken(written: string, context: ReadingContext): string[] {
  const core = written.slice(0, MOST_CHARACTERS);
  const whole = readWhole(core, context);
  if (whole !== undefined) return whole.slice(0, MOST_SPOKEN);
  const parts = partsOf(core);
  const spoken =
    parts.length < 2
      ? readWord(core, context)
      : parts.flatMap((part) => readWhole(part, context) ?? readWord(part, context) ?? []);
  return (spoken ?? []).slice(0, MOST_SPOKEN);
}

function readWhole(core: string, context: ReadingContext): readonly string[] | undefined {
  for (const read of READERS) {
    const spoken = read(core, context);
    if (spoken !== undefined) return spoken;
  }
  return undefined;
}

function restAfter(token: Token, context: ReadingContext): Rest {
  const { core, after, gap } = token;
  const nextIsLower = /^\p{Ll}/u.test(context.next);
  if (gap === 'blank') return 'paragraph';
  // A line that stops in mid-sentence is only wrapped; a heading or an item of a list is a breath of its own.
  if (gap === 'line' && !nextIsLower) return /[.!?…:]/.test(after) ? 'paragraph' : 'sentence';
  if (/[.!?…]/.test(after)) {
    const abbreviation = abbreviationOf(core, context);
    const onlyStop = after.startsWith('.') && !/[!?…]|\.\./.test(after);
    if (onlyStop && abbreviation !== undefined) {
      return abbreviation.mayEndSentence === true && !nextIsLower ? 'sentence' : 'none';
    }
    if (onlyStop && INITIALS.test(core) && context.next !== '') return 'none';
    if (onlyStop && /^(?:[a-z]\.)+[a-z]$/.test(core) && nextIsLower) return 'none';
    return nextIsLower && !onlyStop ? 'clause' : 'sentence';
  }
  return /[,;:—–)]/.test(after) || /^[-–—]$/.test(core) ? 'clause' : 'none';
}

/** What is not said (a dash, an emoji) is shown with the word before it, at the very beginning with the word behind it. */
function attachSilent(words: readonly ReadWord[]): ReadWord[] {
  if (words.every(({ spoken }) => spoken.length === 0)) return [...words];
  const attached: ReadWord[] = [];
  let leading = '';
  for (const word of words) {
    const last = attached.at(-1);
    if (word.spoken.length > 0) {
      attached.push({ ...word, written: leading + word.written });
      leading = '';
    } else if (last === undefined) {
      leading += `${word.written} `;
    } else {
      attached[attached.length - 1] = {
        ...last,
        written: `${last.written} ${word.written}`,
        rest: longer(last.rest, word.rest),
        asks: last.asks || word.asks,
      };
    }
  }
  return attached;
}

function longer(a: Rest, b: Rest): Rest {
  return RESTS.indexOf(a) > RESTS.indexOf(b) ? a : b;
}
