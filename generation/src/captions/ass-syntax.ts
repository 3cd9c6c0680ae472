import type { FaceName } from './fonts.ts';
import { FACES, fontRuns } from './fonts.ts';

/**
 * Makes any text harmless in an ASS event. Braces open override blocks and get a backslash; a backslash before N, n or h
 * would be a line break or a hard space, and as ASS cannot escape it, a zero-width space keeps the two apart. Line breaks
 * become spaces: one event is one line of the file.
 */
export function escapeText(text: string): string {
  return text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/\\(?=[Nnh])/g, '\\\u200b')
    .replace(/[{}]/g, '\\$&')
    .replace(/\\$/, '\\\u200b');
}

/** Escaped text in the line's face, which the event has set already; runs of another face switch there and back. */
export function faceText(text: string, face: FaceName, em: number): string {
  return fontRuns(text, face)
    .map((run) => {
      const body = escapeText(run.text);
      return run.face === face ? body : `{${faceTags(run.face, em)}}${body}{${faceTags(face, em)}}`;
    })
    .join('');
}

/** ASS calls the font's Windows ascent plus descent its size, not the em. */
export function faceTags(face: FaceName, em: number): string {
  const { libass, ascent, descent } = FACES[face];
  return `\\fn${libass}\\fs${decimal((ascent + descent) * em)}`;
}

/** Lowest reach of a line of text under its baseline, as libass boxes it, pixels. */
export function lineDescent(text: string, face: FaceName, em: number): number {
  return Math.max(...fontRuns(text, face).map((run) => FACES[run.face].descent * em), FACES[face].descent * em);
}

/** `#rrggbb` as ASS writes it: blue, green, red. */
export function assColour(hex: string): string {
  return `&H${hex.slice(5, 7)}${hex.slice(3, 5)}${hex.slice(1, 3)}&`.toUpperCase();
}

/** Opacity 0–1 as ASS alpha, where 00 is opaque. */
export function assAlpha(opacity: number): string {
  const value = Math.round((1 - Math.min(1, Math.max(0, opacity))) * 255);
  return `&H${value.toString(16).padStart(2, '0').toUpperCase()}&`;
}

/** `h:mm:ss.cc`, rounded to the hundredth ASS keeps. */
export function assTime(seconds: number): string {
  const total = Math.max(0, Math.round(seconds * 100));
  const two = (value: number) => String(value).padStart(2, '0');
  return `${Math.floor(total / 360000)}:${two(Math.floor(total / 6000) % 60)}:${two(Math.floor(total / 100) % 60)}.${two(total % 100)}`;
}

/** At most three decimals: ASS readers know no exponents. */
export function decimal(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}

export interface AssEvent {
  /** Higher lies above lower. */
  readonly layer: number;
  readonly start: number;
  readonly end: number;
  readonly style: 'Text' | 'Shape';
  /** Tags and escaped text. */
  readonly body: string;
}

export function eventLine({ layer, start, end, style, body }: AssEvent): string {
  return `Dialogue: ${layer},${assTime(start)},${assTime(end)},${style},,0,0,0,,${body}`;
}
