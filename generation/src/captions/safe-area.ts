/** The video's size in pixels. */
export interface Frame {
  readonly width: number;
  readonly height: number;
}

/** A rectangle in pixels; right and bottom are outside. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The kinds of frame that are laid out differently. */
export type FrameShape = 'tall' | 'portrait' | 'square' | 'landscape';

export function frameShape({ width, height }: Frame): FrameShape {
  const ratio = width / height;
  if (ratio < 0.68) return 'tall';
  if (ratio < 0.92) return 'portrait';
  return ratio < 1.2 ? 'square' : 'landscape';
}

/**
 * Borders as parts of width and height. Tall ones are those of TikTok, Reels and Shorts, whose own buttons and captions
 * lie over the top and the lower fifth; the others keep EBU R 95's 5 % of title-safe border and a little air.
 */
const MARGINS: Record<FrameShape, { readonly side: number; readonly top: number; readonly bottom: number }> = {
  tall: { side: 0.07, top: 0.12, bottom: 0.18 },
  portrait: { side: 0.07, top: 0.08, bottom: 0.1 },
  square: { side: 0.065, top: 0.075, bottom: 0.085 },
  landscape: { side: 0.06, top: 0.075, bottom: 0.085 },
};

/** Where text may stand. */
export function safeArea(frame: Frame): Box {
  const { side, top, bottom } = MARGINS[frameShape(frame)];
  return {
    left: frame.width * side,
    top: frame.height * top,
    right: frame.width * (1 - side),
    bottom: frame.height * (1 - bottom),
  };
}

/** Where captions stand: `custom` is the middle of the caption block in percent of the height, from the top. */
export type CaptionPlace =
  | { readonly at: 'bottom' | 'center' | 'top' }
  | { readonly at: 'custom'; readonly percent: number };

/** Bands of the safe area for each kind of text. They never touch; `undefined` means that there is no room. */
export interface Zones {
  readonly caption: Box;
  readonly title: Box | undefined;
  readonly callout: Box | undefined;
}

/** Gives captions their band first, then titles the upper free one, then callouts what is left. */
export function zones(frame: Frame, place: CaptionPlace, captionHeight: number): Zones {
  const safe = safeArea(frame);
  const tall = Math.min(captionHeight, safe.bottom - safe.top);
  const top = captionTop(safe, frame, place, tall);
  const caption = { ...safe, top, bottom: top + tall };
  const gap = frame.height * 0.025;
  const free = [
    { ...safe, bottom: caption.top - gap },
    { ...safe, top: caption.bottom + gap },
  ].filter((band) => band.bottom - band.top >= frame.height * 0.16);
  const titleBand = free[0];
  if (!titleBand) return { caption, title: undefined, callout: undefined };
  const titleHeight = Math.min(
    titleBand.bottom - titleBand.top,
    frame.height * (frameShape(frame) === 'landscape' ? 0.27 : 0.2),
  );
  const title = { ...titleBand, bottom: titleBand.top + titleHeight };
  const rest = [{ ...titleBand, top: title.bottom + gap }, ...free.slice(1)];
  const callout = rest.find((band) => band.bottom - band.top >= frame.height * 0.2);
  return { caption, title, callout };
}

function captionTop(safe: Box, frame: Frame, place: CaptionPlace, tall: number): number {
  const wanted = {
    bottom: () => safe.bottom - tall,
    top: () => safe.top,
    center: () => (safe.top + safe.bottom - tall) / 2,
    custom: () => (place.at === 'custom' ? (frame.height * place.percent) / 100 - tall / 2 : 0),
  }[place.at]();
  return Math.min(safe.bottom - tall, Math.max(safe.top, wanted));
}
