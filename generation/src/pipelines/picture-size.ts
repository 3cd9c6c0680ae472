/** Shapes by the names of the requirements: width to height. */
const ASPECTS = { '9:16': [9, 16], '16:9': [16, 9], '1:1': [1, 1], '4:5': [4, 5], '3:4': [3, 4] } as const;
/** Pixels of the shorter side. */
const RESOLUTIONS = { '480p': 480, '720p': 720, '1080p': 1080 } as const;

export type Aspect = keyof typeof ASPECTS;
export type Resolution = keyof typeof RESOLUTIONS;

export const ASPECT_NAMES = Object.keys(ASPECTS) as readonly Aspect[];
export const RESOLUTION_NAMES = Object.keys(RESOLUTIONS) as readonly Resolution[];

/** Pixels of the frame, both even as H.264 with halved chroma needs them. */
export function pictureSize(aspect: Aspect, resolution: Resolution): { width: number; height: number } {
  const [wide, high] = ASPECTS[aspect];
  const unit = RESOLUTIONS[resolution] / Math.min(wide, high);
  return { width: even(wide * unit), height: even(high * unit) };
}

function even(pixels: number): number {
  return Math.round(pixels / 2) * 2;
}
