import type { TimedWord } from '../timed-word.ts';
import { isWide } from './fonts.ts';
import { cling, type LineSetting, setLines, type TextBlock } from './lines.ts';
import { createTextMeasure, type TextMeasure } from './measure.ts';
import type { Frame } from './safe-area.ts';
import { type CaptionMode, captionStyle, type SubtitleStyle } from './style.ts';
import { onScreen } from './timing.ts';
import { type CaptionToken, captionTokens, spaced } from './tokens.ts';

/** What is on the screen at one time: one or two lines, and when. */
export interface CaptionGroup extends TextBlock {
  /** Seconds. Groups follow each other and never overlap. */
  readonly start: number;
  readonly end: number;
}

/** How dear it is to end a group somewhere, or to run over something inside it; found by looking at real scripts. */
interface Taste {
  /** Ending after a word that is open, at a clause's end, at a sentence's end. */
  readonly ending: { readonly open: number; readonly clause: number; readonly sentence: number };
  /** Running on over the end of a clause or a sentence. */
  readonly over: { readonly clause: number; readonly sentence: number };
  readonly mostWords: number;
  readonly longestSeconds: number;
}

const PHRASE: Taste = {
  ending: { open: 5, clause: 0.6, sentence: 0 },
  over: { clause: 2.2, sentence: 14 },
  mostWords: 8,
  longestSeconds: 3.6,
};
const SENTENCE: Taste = {
  ending: { open: 14, clause: 7, sentence: 0 },
  over: { clause: 0, sentence: 18 },
  mostWords: 16,
  longestSeconds: 7,
};

/** Never more tokens than this in one group; bounds the search. */
const MOST_TOKENS = 24;

/**
 * Groups the words of a narration into captions for a frame: by clause, pause and width, in reading order, without a
 * group of one word unless there is only one.
 *
 * @throws CallError INVALID_PARAMS for a style or a word's time that cannot be used
 */
export function captionGroups(
  words: readonly TimedWord[],
  frame: Frame,
  style: SubtitleStyle = {},
  measure: TextMeasure = createTextMeasure(),
): CaptionGroup[] {
  const { mode, face, em, lineWidth } = captionStyle(frame, style);
  const setting: LineSetting = { measure, face, em, width: lineWidth };
  const tokens = spaced(captionTokens(words).flatMap((token) => cutToFit(token, setting)));
  const sizes = mode === 'word' ? tokens.map(() => 1) : groupSizes(tokens, setting, mode);
  const members: CaptionToken[][] = [];
  let from = 0;
  for (const size of sizes) {
    members.push(tokens.slice(from, from + size));
    from += size;
  }
  return members.map((group, index) => ({ ...setLines(group, setting), ...onScreen(group, members[index + 1]) }));
}

/** The cheapest way to cut the tokens into groups, by dynamic programming from the front. */
function groupSizes(tokens: readonly CaptionToken[], setting: LineSetting, mode: CaptionMode): number[] {
  const taste = mode === 'sentence' ? SENTENCE : PHRASE;
  const best: { cost: number; size: number }[] = [{ cost: 0, size: 0 }];
  for (let end = 1; end <= tokens.length; end += 1) {
    let cheapest = { cost: Number.POSITIVE_INFINITY, size: 1 };
    for (let size = 1; size <= Math.min(end, MOST_TOKENS); size += 1) {
      const before = best[end - size]?.cost ?? Number.POSITIVE_INFINITY;
      if (before === Number.POSITIVE_INFINITY) continue;
      const cost = before + groupCost(tokens, end - size, end, setting, taste);
      if (cost < cheapest.cost) cheapest = { cost, size };
    }
    best.push(cheapest);
  }
  const sizes: number[] = [];
  for (let end = tokens.length; end > 0; ) {
    const size = best[end]?.size ?? 1;
    sizes.unshift(size);
    end -= size;
  }
  return sizes;
}

function groupCost(
  tokens: readonly CaptionToken[],
  from: number,
  to: number,
  setting: LineSetting,
  taste: Taste,
): number {
  const group = tokens.slice(from, to);
  const first = group[0];
  const last = group.at(-1);
  if (!first || !last) return 0;
  if (group.length === 1 && tokens.length > 1) return Number.POSITIVE_INFINITY;
  const following = tokens[to];
  const seconds = (following?.start ?? last.end) - first.start;
  const block = setLines(group, setting);
  const widest = Math.max(...block.lines.map((line) => line.width)) / setting.width;
  let cost = 3 + block.cost;
  cost += Math.max(0, 0.5 - widest) * 5;
  cost += Math.max(0, group.reduce((sum, token) => sum + weight(token), 0) - taste.mostWords) * 2;
  cost += Math.max(0, seconds - taste.longestSeconds) * 4 + Math.max(0, 0.9 - seconds) * 8;
  for (const [index, token] of group.slice(0, -1).entries()) {
    if (token.ending !== 'open') cost += taste.over[token.ending];
    const pause = (group[index + 1]?.start ?? token.end) - token.end;
    cost += Math.min(8, Math.max(0, pause - 0.25) * 14);
  }
  if (!following) return cost;
  const paused = following.start - last.end > 0.3;
  return (
    cost +
    (paused ? Math.min(1, taste.ending[last.ending]) : taste.ending[last.ending]) +
    (cling(last, following) ? 4 : 0)
  );
}

/** How much of a word a token is: one, or for Chinese and Japanese a share by its length. */
function weight({ text }: CaptionToken): number {
  return isWide(text) ? text.length / 2.4 : 1;
}

/** A word wider than this many lines is cut, because shrinking it would make it unreadable. */
const LONGEST_WORD_LINES = 1.75;
const GRAPHEMES = new Intl.Segmenter('und', { granularity: 'grapheme' });

function cutToFit(token: CaptionToken, { measure, face, em, width }: LineSetting): CaptionToken[] {
  const full = measure.width(token.text, face, em);
  if (full <= width * LONGEST_WORD_LINES) return [token];
  const letters = [...GRAPHEMES.segment(token.text)].map(({ segment }) => segment);
  // An even number, so that the pieces can stand in pairs.
  const count = Math.min(letters.length, 2 * Math.ceil(full / (width * 0.9) / 2));
  const seconds = (token.end - token.start) / count;
  return Array.from({ length: count }, (_, index) => ({
    text: letters
      .slice(Math.floor((index * letters.length) / count), Math.floor(((index + 1) * letters.length) / count))
      .join(''),
    start: token.start + seconds * index,
    end: token.start + seconds * (index + 1),
    space: index === 0 && token.space,
    ending: index === count - 1 ? token.ending : 'open',
  }));
}
