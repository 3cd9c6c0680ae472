import type { TimedWord } from '../timed-word.ts';
import { type AssEvent, assTime, eventLine } from './ass-syntax.ts';
import { calloutEvents } from './callout-events.ts';
import type { Callout } from './callouts.ts';
import { captionEvents } from './caption-events.ts';
import { FACES } from './fonts.ts';
import { captionGroups } from './group.ts';
import { createTextMeasure } from './measure.ts';
import { type Frame, zones } from './safe-area.ts';
import { blockHeight, captionStyle, type SubtitleStyle } from './style.ts';
import { type TitleCard, titleEvents } from './title-events.ts';

/** All that is written on a video. */
export interface TextTrack {
  readonly frame: Frame;
  /** The narration; empty for a video without captions. */
  readonly words: readonly TimedWord[];
  readonly style?: SubtitleStyle;
  readonly titles?: readonly TitleCard[];
  /** See `findCallouts`. */
  readonly callouts?: readonly Callout[];
}

/**
 * Writes the text track as an ASS v4.00+ script in the pixels of the frame, for libass with `FONTS_DIRECTORY`. Captions,
 * titles and callouts get bands of their own, so that they never meet; callouts are left out when no band is free. With
 * `style.enabled` false only titles and callouts are written.
 *
 * @throws CallError INVALID_PARAMS for a style or a time that cannot be used
 */
export function assScript({ frame, words, style = {}, titles = [], callouts = [] }: TextTrack): string {
  const look = captionStyle(frame, style);
  const measure = createTextMeasure();
  const bands = zones(frame, look.place, blockHeight(look));
  const groups = style.enabled === false ? [] : captionGroups(words, frame, style, measure);
  const events: AssEvent[] = groups.flatMap((group) => captionEvents(group, look, bands.caption));
  if (bands.title) events.push(...titleEvents(titles, bands.title, frame, look.highlight, measure));
  if (bands.callout) events.push(...calloutEvents(callouts, bands.callout, frame, look.highlight, measure));
  const lines = events.filter((event) => assTime(event.end) !== assTime(event.start)).map(eventLine);
  return `${header(frame)}${lines.join('\n')}\n`;
}

const STYLE_FIELDS =
  'Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding';

/** `YCbCr Matrix: None` keeps libass's RGB untouched; the filter that burns it in converts with the video's matrix. */
function header({ width, height }: Frame): string {
  const style = (name: string) =>
    `Style: ${name},${FACES['Inter ExtraBold'].libass},40,&H00FFFFFF,&H00FFFFFF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,0,0,7,0,0,0,1`;
  return [
    '[Script Info]',
    'ScriptType: v4.00+',
    `PlayResX: ${width}`,
    `PlayResY: ${height}`,
    'WrapStyle: 2',
    'ScaledBorderAndShadow: yes',
    'YCbCr Matrix: None',
    '',
    '[V4+ Styles]',
    `Format: ${STYLE_FIELDS}`,
    style('Text'),
    style('Shape'),
    '',
    '[Events]',
    'Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text',
    '',
  ].join('\n');
}
