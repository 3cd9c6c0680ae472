import { type AssEvent, assAlpha, assColour, decimal, faceTags, faceText, lineDescent } from './ass-syntax.ts';
import type { CaptionGroup } from './group.ts';
import type { TextLine } from './lines.ts';
import type { Box } from './safe-area.ts';
import { DRAWING_MODE, pinned, roundedRectangle } from './shapes.ts';
import { type CaptionStyle, edgeOf, outlineOf } from './style.ts';
import type { CaptionToken } from './tokens.ts';

/** Reach of capitals with accents over the baseline, and of descenders under it, in ems of Inter. */
export const OVER = 0.98;
export const UNDER = 0.27;

/** A line of a caption with its place. */
export interface PlacedLine extends TextLine {
  /** Pixels from the top. */
  readonly baseline: number;
  /** Pixels from the left. */
  readonly middle: number;
}

/** Sets the lines of a group into the caption band: at its foot, at its head or in its middle, as the place says. */
export function placeLines(group: CaptionGroup, style: CaptionStyle, band: Box): PlacedLine[] {
  const { em, lines } = group;
  const leading = (style.leading * em) / style.em;
  const edge = edgeOf(style);
  const tall = (lines.length - 1) * leading + (OVER + UNDER) * em + 2 * edge;
  const spare = band.bottom - band.top - tall;
  const top = band.top + { bottom: spare, top: 0, center: spare / 2, custom: spare / 2 }[style.place.at];
  return lines.map((line, index) => ({
    ...line,
    baseline: top + edge + OVER * em + index * leading,
    middle: (band.left + band.right) / 2,
  }));
}

/**
 * A caption group as ASS events: its ground and its words. The words carry their shadow in a soft outline: drawn as a
 * layer of its own it doubled what captions cost the encoder's thread.
 */
export function captionEvents(group: CaptionGroup, style: CaptionStyle, band: Box): AssEvent[] {
  const placed = placeLines(group, style, band);
  const { start, end } = group;
  const text = (layer: number, body: string): AssEvent => ({ layer, start, end, style: 'Text', body });
  const ground = style.background === 'none' ? [] : grounds(placed, group, style);
  return [
    ...ground.map((body): AssEvent => ({ layer: 0, start, end, style: 'Shape', body })),
    ...placed.map((line) => text(2, wordsBody(line, group, style))),
  ];
}

/** Grows in over a tenth of a second, about the line's foot. */
const ENTRANCE = '\\fscx94\\fscy94\\t(0,110,0.6,\\fscx100\\fscy100)';

function anchor(line: PlacedLine, group: CaptionGroup, style: CaptionStyle): string {
  const whole = line.tokens.map((token) => token.text).join('');
  const foot = line.baseline + lineDescent(whole, style.face, group.em);
  return `\\an2\\q2\\pos(${decimal(line.middle)},${decimal(foot)})${faceTags(style.face, group.em)}${ENTRANCE}`;
}

function wordsBody(line: PlacedLine, group: CaptionGroup, style: CaptionStyle): string {
  const blur = style.background === 'none' ? Math.max(0.6, group.em * 0.034) : 0.6;
  const stroke = `\\bord${decimal(outlineOf(style))}\\blur${decimal(blur)}\\3c${assColour(style.stroke)}`;
  const opening = `{${anchor(line, group, style)}${stroke}\\1c${assColour(style.color)}}`;
  const spoken = style.mode === 'word_highlight' ? spokenTags(group, style) : () => '';
  return opening + lineText(line.tokens, style, group.em, spoken);
}

function lineText(
  tokens: readonly CaptionToken[],
  style: CaptionStyle,
  em: number,
  tags: (token: CaptionToken) => string,
): string {
  return tokens
    .map((token, index) => (index > 0 && token.space ? ' ' : '') + tags(token) + faceText(token.text, style.face, em))
    .join('');
}

/** How long the colour takes to come and to go, milliseconds. */
const COMES_MS = 50;
const GOES_MS = 90;
/** A gap between words shorter than this keeps the first one lit until the second one starts. */
const BRIDGED_SECONDS = 0.15;

/** Lights each word while it is spoken. Times in `\t` count from the event's start, which ASS rounds to hundredths. */
function spokenTags(group: CaptionGroup, style: CaptionStyle): (token: CaptionToken) => string {
  const tokens = group.lines.flatMap((line) => line.tokens);
  const origin = Math.round(group.start * 100) / 100;
  const ms = (seconds: number) => Math.max(0, Math.round((seconds - origin) * 1000));
  const plain = assColour(style.color);
  const lit = assColour(style.highlight);
  return (token) => {
    const following = tokens[tokens.indexOf(token) + 1];
    const bridged = following !== undefined && following.start - token.end < BRIDGED_SECONDS;
    const from = ms(token.start);
    const to = Math.max(from + 1, ms(bridged ? following.start : token.end));
    return `{\\1c${plain}\\t(${from},${from + COMES_MS},\\1c${lit})\\t(${to},${to + GOES_MS},\\1c${plain})}`;
  };
}

/** `box`: one rounded rectangle behind all lines; `pill`: a capsule behind each. */
function grounds(placed: readonly PlacedLine[], group: CaptionGroup, style: CaptionStyle): string[] {
  const { em } = group;
  const sideways = em * 0.42;
  const edge = em * 0.28;
  const plates = style.background === 'pill' ? placed.map((line) => [line]) : [placed];
  const hex = style.backgroundColor;
  const opacity = hex.length === 9 ? Number.parseInt(hex.slice(7), 16) / 255 : 1;
  return plates.map((lines) => {
    const first = lines[0];
    const last = lines.at(-1);
    if (!first || !last) return '';
    const width = Math.max(...lines.map((line) => line.width)) + sideways * 2;
    const top = first.baseline - em * 0.8 - edge;
    const height = last.baseline + em * 0.24 + edge - top;
    const radius = style.background === 'pill' ? height / 2 : em * 0.3;
    const place = `\\an7\\pos(${decimal(first.middle - width / 2)},${decimal(top)})\\bord0\\shad0`;
    const look = `\\1c${assColour(hex)}\\1a${assAlpha(opacity)}\\p${DRAWING_MODE}`;
    return `{${place}${look}}${pinned(roundedRectangle(width, height, radius), width, height)}`;
  });
}
