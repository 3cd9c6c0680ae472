import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Timeline } from '../../generation/src/compositor/timeline.ts';
import { type PlateSpec, paintPlate } from '../../generation/src/picture/paint.ts';
import { plateSize } from '../../generation/src/picture/plate.ts';

/** The video that everybody renders: four painted plates, seven seconds each, in slow motion, with a caption. */
export const FRAME = { width: 1080, height: 1920 } as const;
export const FPS = 30;
export const CAPTION = 'The sea keeps its light';
const SHOT_SECONDS = 7;

const SIZE = plateSize(FRAME.width, FRAME.height);

export const PLATES: readonly PlateSpec[] = [
  { motif: 'sunset-sea', palette: 'dusk', seed: 1, ...SIZE },
  { motif: 'night-ridges', palette: 'midnight', seed: 2, ...SIZE },
  { motif: 'deep-sea', palette: 'abyss', seed: 3, ...SIZE },
  { motif: 'aurora', palette: 'aurora', seed: 4, ...SIZE },
];

export const TIMELINE: Timeline = {
  ...FRAME,
  fps: FPS,
  durationSeconds: PLATES.length * SHOT_SECONDS,
  shots: PLATES.map((_, plate) => ({
    plate,
    start: plate * SHOT_SECONDS,
    end: (plate + 1) * SHOT_SECONDS,
    from: { x: 0.47, y: 0.5, zoom: 1.02 },
    to: { x: 0.53, y: 0.48, zoom: 1.1 },
    transition: { kind: 'fade', seconds: 0.5 },
    easing: 'ease-in-out',
  })),
};

/** The caption as libass wants it. */
export async function writeCaptions(folder: string): Promise<string> {
  const path = join(folder, 'captions.ass');
  const lines = [
    '[Script Info]',
    'ScriptType: v4.00+',
    `PlayResX: ${FRAME.width}`,
    `PlayResY: ${FRAME.height}`,
    '[V4+ Styles]',
    'Format: Name, Fontname, Fontsize, PrimaryColour, OutlineColour, BorderStyle, Outline, Alignment, MarginV, Encoding',
    'Style: Words,Inter ExtraBold,84,&H00FFFFFF,&H00101010,1,6,2,420,1',
    '[Events]',
    'Format: Layer, Start, End, Style, Text',
    `Dialogue: 0,0:00:00.00,1:00:00.00,Words,${CAPTION}`,
    '',
  ];
  await writeFile(path, lines.join('\n'));
  return path;
}

/** The first plate as RGBA, for those who draw on a canvas. BT.709, limited range. */
export function paintRgba(): { readonly width: number; readonly height: number; readonly rgba: Uint8ClampedArray } {
  const [spec] = PLATES;
  if (spec === undefined) throw new Error('The scene has no plates');
  const { width, height, data } = paintPlate(spec);
  const luma = width * height;
  const rgba = new Uint8ClampedArray(luma * 4).fill(255);
  for (let at = 0; at < luma; at++) {
    const x = at % width;
    const chroma = (((at - x) / width) >> 1) * (width / 2) + (x >> 1);
    const y = 1.164 * ((data[at] ?? 16) - 16);
    const u = (data[luma + chroma] ?? 128) - 128;
    const v = (data[luma * 1.25 + chroma] ?? 128) - 128;
    rgba[at * 4] = y + 1.793 * v;
    rgba[at * 4 + 1] = y - 0.213 * u - 0.533 * v;
    rgba[at * 4 + 2] = y + 2.112 * u;
  }
  return { width, height, rgba };
}
