import type { FaceName } from './fonts.ts';
import type { TextMeasure } from './measure.ts';
import type { CaptionToken } from './tokens.ts';

export interface LineSetting {
  readonly measure: TextMeasure;
  readonly face: FaceName;
  /** Pixels per em before any shrinking. */
  readonly em: number;
  /** Widest a line may be, pixels. */
  readonly width: number;
}

/** One line of text as it will stand. */
export interface TextLine {
  readonly tokens: readonly CaptionToken[];
  /** Pixels at the block's own size. */
  readonly width: number;
}

export interface TextBlock {
  readonly lines: readonly TextLine[];
  /** Pixels per em: the setting's, or less when a long word would not fit. */
  readonly em: number;
  /** How well it is broken; 0 is a single line that fits. */
  readonly cost: number;
}

/** A line of one word may stand beside a longer line only when it is at least this part of its width. */
export const LONE_WORD_SHARE = 0.6;

/** Words that lean on the next one; a line should not end with them. */
const LEANING = new Set(
  'a an the of to in on at by for from with and or but nor as if is are was were be been that which who whose than into my your his her its our their no not very more most so'.split(
    ' ',
  ),
);

/** Chinese particles that belong to what stands before them. */
const TRAILING = /^[的地得了着过吗呢吧啊们之]/u;

/** True when a line should not be broken between two tokens: after an article or preposition, before a particle. */
export function cling(before: CaptionToken, after: CaptionToken): boolean {
  return (before.ending === 'open' && LEANING.has(before.text.toLowerCase())) || TRAILING.test(after.text);
}

/**
 * Breaks tokens into one or two lines as evenly as their sense allows. When they do not fit, the type shrinks until they
 * do, so that no line is ever wider than the setting.
 */
export function setLines(tokens: readonly CaptionToken[], setting: LineSetting): TextBlock {
  const widths = tokens.map((token) => setting.measure.width(token.text, setting.face, setting.em));
  const space = setting.measure.width(' ', setting.face, setting.em);
  // ends[i] is where token i ends on one endless line, so that a stretch is a difference.
  const ends: number[] = [];
  for (const [index, token] of tokens.entries()) {
    ends.push((ends.at(-1) ?? 0) + (index > 0 && token.space ? space : 0) + (widths[index] ?? 0));
  }
  const width = (from: number, to: number) => (ends[to - 1] ?? 0) - (ends[from] ?? 0) + (widths[from] ?? 0);
  let best = { at: tokens.length, scale: fit(width(0, tokens.length), setting), cost: 0 };
  best.cost = (1 - best.scale) * SHRINKING_COST;
  for (let at = 1; at < tokens.length; at += 1) {
    const upper = width(0, at);
    const lower = width(at, tokens.length);
    const scale = fit(Math.max(upper, lower), setting);
    const cost = 1.5 + (1 - scale) * SHRINKING_COST + breakCost(tokens, at, upper, lower);
    if (cost < best.cost) best = { at, scale, cost };
  }
  const cuts =
    best.at === tokens.length
      ? [[0, tokens.length] as const]
      : [[0, best.at] as const, [best.at, tokens.length] as const];
  const lines = cuts.map(([from, to]) => ({ tokens: tokens.slice(from, to), width: width(from, to) * best.scale }));
  return { lines, em: setting.em * best.scale, cost: best.cost };
}

/** Type of one size reads calmer than lines filled to the brim. */
const SHRINKING_COST = 110;

function fit(width: number, setting: LineSetting): number {
  return width <= setting.width ? 1 : setting.width / width;
}

function breakCost(tokens: readonly CaptionToken[], at: number, upper: number, lower: number): number {
  const before = tokens[at - 1];
  const after = tokens[at];
  if (!before || !after) return Number.POSITIVE_INFINITY;
  const longer = Math.max(upper, lower);
  const uneven = 1 - Math.min(upper, lower) / longer;
  const lone = (count: number, width: number) => count === 1 && tokens.length > 2 && width < longer * LONE_WORD_SHARE;
  const orphan = lone(at, upper) || lone(tokens.length - at, lower);
  const short = tokens.length === 2 && uneven > 1 - LONE_WORD_SHARE;
  const sense = { open: 0, clause: -1.2, sentence: -1.6 }[before.ending] + (cling(before, after) ? 1.6 : 0);
  const inside = !after.space && before.ending === 'open' ? 0.4 : 0;
  return uneven * 4 + sense + inside + (orphan ? 1000 : 0) + (short ? 2 : 0);
}
