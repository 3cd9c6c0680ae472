import { CallError } from '@callsheet/protocol';
import type { FaceName } from './fonts.ts';
import { type CaptionPlace, type Frame, frameShape, safeArea } from './safe-area.ts';

/** How captions look; the fields are the catalogue's `Subtitle`, all optional. Sizes are for a short side of 1080. */
export interface SubtitleStyle {
  /** Default true; the caller decides what to do when it is false. */
  readonly enabled?: boolean;
  /** Default `bottom`, above the platforms' own buttons. */
  readonly position?: 'bottom' | 'center' | 'top' | 'custom';
  /** For `custom`: the middle of the block in percent of the height, from the top. */
  readonly custom_position?: number;
  /** Default `word_highlight`: a phrase at a time, the spoken word in another colour. */
  readonly mode?: 'word_highlight' | 'word' | 'phrase' | 'sentence';
  /** `Inter ExtraBold` (default), `Inter SemiBold` or `Noto Sans SC`. */
  readonly font?: string;
  /** Pixels per em, 12–240. */
  readonly font_size?: number;
  /** `#rrggbb` */
  readonly color?: string;
  readonly highlight_color?: string;
  readonly stroke_color?: string;
  /** Pixels, 0–20. */
  readonly stroke_width?: number;
  readonly background?: 'none' | 'box' | 'pill';
  /** `#rrggbb` or `#rrggbbaa` */
  readonly background_color?: string;
}

export type CaptionMode = NonNullable<SubtitleStyle['mode']>;

/** The same, decided: pixels of this frame, checked colours, nothing left out. */
export interface CaptionStyle {
  readonly mode: CaptionMode;
  readonly place: CaptionPlace;
  readonly face: FaceName;
  readonly em: number;
  /** Distance of baselines. */
  readonly leading: number;
  /** Widest a line may be, outline included. */
  readonly lineWidth: number;
  readonly color: string;
  readonly highlight: string;
  readonly stroke: string;
  readonly strokeWidth: number;
  readonly background: 'none' | 'box' | 'pill';
  readonly backgroundColor: string;
}

const FONTS: Readonly<Record<string, FaceName>> = {
  Inter: 'Inter ExtraBold',
  'Inter ExtraBold': 'Inter ExtraBold',
  'Inter SemiBold': 'Inter SemiBold',
  'Noto Sans SC': 'Noto Sans SC',
};

/** Pixels per em at a short side of 1080, and the part of the width captions may use. */
const SETTING = {
  tall: { em: 76, measure: 1 },
  portrait: { em: 70, measure: 1 },
  square: { em: 64, measure: 1 },
  landscape: { em: 62, measure: 0.68 },
} as const;

/** @throws CallError INVALID_PARAMS naming the field, its value and what it may be */
export function captionStyle(frame: Frame, style: SubtitleStyle = {}): CaptionStyle {
  checkFrame(frame);
  const shape = frameShape(frame);
  const scale = Math.min(frame.width, frame.height) / 1080;
  const em = within('font_size', style.font_size ?? SETTING[shape].em, 12, 240) * scale;
  const background = oneOf('background', style.background ?? 'none', ['none', 'box', 'pill']);
  const stroke = within('stroke_width', style.stroke_width ?? (background === 'none' ? em / scale / 17 : 0), 0, 20);
  const safe = safeArea(frame);
  const padding = background === 'none' ? stroke * scale : em * 0.42;
  return {
    mode: oneOf('mode', style.mode ?? 'word_highlight', ['word_highlight', 'word', 'phrase', 'sentence']),
    place: placeOf(style),
    face: faceOf(style.font ?? 'Inter'),
    em,
    leading: em * (background === 'pill' ? 1.5 : 1.24),
    lineWidth: (safe.right - safe.left) * SETTING[shape].measure - 2 * padding,
    color: colour('color', style.color ?? '#FFFFFF'),
    highlight: colour('highlight_color', style.highlight_color ?? '#FFD54A'),
    stroke: colour('stroke_color', style.stroke_color ?? '#0B0B12'),
    strokeWidth: stroke * scale,
    background,
    backgroundColor: colour('background_color', style.background_color ?? '#0B0B12C8', true),
  };
}

/** How much wider than asked the outline is drawn, because its outer third fades away. */
const SOFT_OUTLINE = 1.5;

/** The outline of a caption, in pixels: dark at the letter and soft outside, so that it is stroke and shadow in one. */
export function outlineOf(style: CaptionStyle): number {
  return style.background === 'none' ? style.strokeWidth * SOFT_OUTLINE : style.strokeWidth;
}

/** How far what surrounds the letters reaches, in pixels. */
export function edgeOf(style: CaptionStyle): number {
  return style.background === 'none' ? outlineOf(style) : style.em * 0.3;
}

/** Height of the tallest caption block: two lines, with room for what surrounds them. */
export function blockHeight(style: CaptionStyle): number {
  return style.leading + style.em * 1.28 + 2 * edgeOf(style);
}

function checkFrame({ width, height }: Frame): void {
  if (Number.isInteger(width) && Number.isInteger(height) && Math.min(width, height) >= 64) return;
  throw new CallError(
    'INVALID_PARAMS',
    `Cannot lay out captions on "${width}×${height}": give whole pixels, at least 64×64`,
  );
}

function placeOf({ position = 'bottom', custom_position }: SubtitleStyle): CaptionPlace {
  const at = oneOf('position', position, ['bottom', 'center', 'top', 'custom']);
  return at === 'custom' ? { at, percent: within('custom_position', custom_position ?? 50, 0, 100) } : { at };
}

function faceOf(name: string): FaceName {
  const face = Object.hasOwn(FONTS, name) ? FONTS[name] : undefined;
  if (face) return face;
  throw refusal('font', name, `one of ${Object.keys(FONTS).join(', ')}`);
}

function within(field: string, value: number, low: number, high: number): number {
  if (value >= low && value <= high) return value;
  throw refusal(field, value, `a number from ${low} to ${high}`);
}

function oneOf<T extends string>(field: string, value: string, values: readonly T[]): T {
  const found = values.find((candidate) => candidate === value);
  if (found) return found;
  throw refusal(field, value, `one of ${values.join(', ')}`);
}

function colour(field: string, value: string, alpha = false): string {
  if ((alpha ? /^#[0-9A-Fa-f]{6}([0-9A-Fa-f]{2})?$/ : /^#[0-9A-Fa-f]{6}$/).test(value)) return value;
  throw refusal(field, value, alpha ? '#rrggbb or #rrggbbaa' : '#rrggbb');
}

function refusal(field: string, value: unknown, wanted: string): CallError {
  return new CallError('INVALID_PARAMS', `Cannot use the subtitle ${field} "${String(value)}": give ${wanted}`, {
    issues: [{ path: `/subtitle/${field}`, keyword: 'format', message: `must be ${wanted}` }],
  });
}
