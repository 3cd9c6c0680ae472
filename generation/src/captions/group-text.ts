import type { CaptionGroup } from './group.ts';

/** The words of a group as plain text, its lines apart by a line feed. */
export function groupText(group: CaptionGroup): string {
  return group.lines
    .map((line) => line.tokens.map((token, index) => (index > 0 && token.space ? ' ' : '') + token.text).join(''))
    .join('\n');
}

/** `hh:mm:ss` and milliseconds behind the given mark: a comma in SubRip, a point in WebVTT. */
export function cueTime(seconds: number, mark: ',' | '.'): string {
  const total = Math.max(0, Math.round(seconds * 1000));
  const digits = (value: number, width: number) => String(value).padStart(width, '0');
  const clock = [Math.floor(total / 3600000), Math.floor(total / 60000) % 60, Math.floor(total / 1000) % 60];
  return `${clock.map((value) => digits(value, 2)).join(':')}${mark}${digits(total % 1000, 3)}`;
}
