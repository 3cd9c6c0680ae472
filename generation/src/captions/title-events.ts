import { CallError } from '@callsheet/protocol';
import { type AssEvent, assAlpha, assColour, decimal, faceTags, faceText, lineDescent } from './ass-syntax.ts';
import { OVER, UNDER } from './caption-events.ts';
import { setLines, type TextBlock } from './lines.ts';
import type { TextMeasure } from './measure.ts';
import { type Box, type Frame, frameShape } from './safe-area.ts';
import { DRAWING_MODE, pinned, roundedRectangle } from './shapes.ts';
import { captionTokens } from './tokens.ts';

/** A scene's heading. */
export interface TitleCard {
  readonly text: string;
  /** Seconds; a card is cut short by the next one. */
  readonly start: number;
  readonly end: number;
  /** A few words set small over the title, e.g. «Part 2». */
  readonly eyebrow?: string;
}

const FACE = 'Inter ExtraBold';
const LABEL_FACE = 'Inter SemiBold';

/** Pixels per em at a short side of 1080. */
const TITLE_EM = { tall: 88, portrait: 80, square: 70, landscape: 72 } as const;
const EYEBROW_SHARE = 0.44;
const LEADING = 1.14;

/** A title laid out: everything from the bar to the last line lies inside the zone. */
interface TitleLayout {
  readonly block: TextBlock;
  readonly bar: Box;
  readonly eyebrow: { readonly text: string; readonly em: number; readonly baseline: number } | undefined;
  /** Baseline of the first line, pixels from the top. */
  readonly baseline: number;
}

/** Titles as ASS events: an accent bar that grows, the lines wiped in one after the other, all gone softly. */
export function titleEvents(
  titles: readonly TitleCard[],
  zone: Box,
  frame: Frame,
  accent: string,
  measure: TextMeasure,
): AssEvent[] {
  const cards = [...titles].filter((card) => card.text.trim() !== '').sort((a, b) => a.start - b.start);
  return cards.flatMap((card, index) => {
    const { start } = checked(card);
    const end = Math.min(card.end, cards[index + 1]?.start ?? card.end);
    if (end - start < 0.2) return [];
    return cardEvents({ ...card, end }, layOut(card, zone, frame, measure), zone, accent);
  });
}

function checked(card: TitleCard): TitleCard {
  if (Number.isFinite(card.start) && Number.isFinite(card.end) && card.start >= 0 && card.end >= card.start)
    return card;
  throw new CallError(
    'INVALID_PARAMS',
    `Cannot show the title "${card.text}": its time "${card.start} to ${card.end}" must be seconds, start before end`,
  );
}

function layOut(card: TitleCard, zone: Box, frame: Frame, measure: TextMeasure): TitleLayout {
  const scale = Math.min(frame.width, frame.height) / 1080;
  const full = TITLE_EM[frameShape(frame)] * scale;
  const width = (zone.right - zone.left) * (frameShape(frame) === 'landscape' ? 0.62 : 1);
  const tokens = captionTokens([{ w: card.text, start: 0, end: 1 }]);
  const label = card.eyebrow?.trim();
  // Bar, gap, label and two lines, in ems of the title; a flat zone makes the whole card smaller.
  const ems = 0.1 + 0.36 + (label ? EYEBROW_SHARE * 1.7 : 0) + OVER + LEADING + UNDER;
  const em = Math.min(full, (zone.bottom - zone.top) / ems);
  const block = setLines(tokens, { measure, face: FACE, em, width: width * 0.98 });
  const bar = { left: zone.left, top: zone.top, right: zone.left + em * 0.95, bottom: zone.top + em * 0.1 };
  const labelEm = label
    ? Math.min(em * EYEBROW_SHARE, (em * EYEBROW_SHARE * width) / measure.width(label, LABEL_FACE, em * EYEBROW_SHARE))
    : 0;
  const eyebrow = label ? { text: label, em: labelEm, baseline: bar.bottom + em * 0.3 + labelEm } : undefined;
  const top = eyebrow ? eyebrow.baseline + em * 0.2 : bar.bottom + em * 0.3;
  return { block, bar, eyebrow, baseline: top + block.em * OVER };
}

const OUT_MS = 260;

function cardEvents(card: TitleCard, layout: TitleLayout, zone: Box, accent: string): AssEvent[] {
  const { start, end } = card;
  const { block, bar, eyebrow } = layout;
  const event = (style: AssEvent['style'], layer: number, body: string): AssEvent => ({
    layer,
    start,
    end,
    style,
    body,
  });
  const wide = bar.right - bar.left;
  const tall = bar.bottom - bar.top;
  const barPath = pinned(roundedRectangle(wide, tall, tall / 2), wide, tall);
  const events = [
    event(
      'Shape',
      4,
      `{\\an7\\pos(${decimal(bar.left)},${decimal(bar.top)})\\bord0\\shad0\\1c${assColour(accent)}` +
        `\\fscx0\\t(0,320,0.5,\\fscx100)\\fad(60,${OUT_MS})\\p${DRAWING_MODE}}${barPath}`,
    ),
  ];
  if (eyebrow) {
    const foot = eyebrow.baseline + lineDescent(eyebrow.text, LABEL_FACE, eyebrow.em);
    const body = faceText(eyebrow.text, LABEL_FACE, eyebrow.em);
    const place = `\\an1\\q2\\pos(${decimal(zone.left)},${decimal(foot)})${faceTags(LABEL_FACE, eyebrow.em)}`;
    events.push(
      event(
        'Text',
        4,
        `{${place}\\bord${decimal(eyebrow.em * 0.04)}\\blur0.5\\1c${assColour(accent)}\\fad(300,${OUT_MS})}${body}`,
      ),
    );
  }
  block.lines.forEach((line, index) => {
    const text = line.tokens.map((token, at) => (at > 0 && token.space ? ' ' : '') + token.text).join('');
    const baseline = layout.baseline + index * block.em * LEADING;
    events.push(
      ...lineEvents(text, baseline, line.width, block, zone, 120 + index * 130).map((body, depth) =>
        event('Text', 3 + depth, body),
      ),
    );
  });
  return events;
}

/** One line twice: its shadow, which fades in, and its letters, which a clip uncovers from left to right, slowing down. */
function lineEvents(
  text: string,
  baseline: number,
  width: number,
  { em }: TextBlock,
  zone: Box,
  delay: number,
): [string, string] {
  const foot = baseline + lineDescent(text, FACE, em);
  const body = faceText(text, FACE, em);
  const black = assColour('#000000');
  const place = (drop: number) => `\\an1\\q2\\pos(${decimal(zone.left)},${decimal(foot + drop)})${faceTags(FACE, em)}`;
  const clip = (right: number) =>
    `\\clip(${[zone.left - em * 0.2, baseline - em * 1.2, right, baseline + em * 0.45].map((value) => Math.round(value)).join(',')})`;
  const wipe = `${clip(zone.left - em * 0.2)}\\t(${delay},${delay + 520},0.45,${clip(zone.left + width + em * 0.3)})`;
  const shadow = `\\bord${decimal(em * 0.06)}\\blur${decimal(em * 0.12)}\\1c${black}\\3c${black}\\alpha${assAlpha(0.55)}`;
  return [
    `{${place(em * 0.05)}${shadow}${wipe}\\fad(0,${OUT_MS})}${body}`,
    `{${place(0)}\\bord${decimal(em * 0.022)}\\blur0.6\\3c${assColour('#0B0B12')}\\3a${assAlpha(0.55)}\\1c${assColour('#FFFFFF')}${wipe}\\fad(0,${OUT_MS})}${body}`,
  ];
}
