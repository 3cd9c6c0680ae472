import { join } from 'node:path';
import { type Canvas, createCanvas, GlobalFonts, ImageData, type SKRSContext2D } from '@napi-rs/canvas';
import { type FfmpegInput, runFfmpeg } from '../../generation/src/ffmpeg/run-ffmpeg.ts';
import { qualityArguments } from '../../generation/src/render/quality.ts';
import { CAPTION, FPS, FRAME, paintRgba } from './scene.ts';

/** How a frame travels from the canvas to ffmpeg. */
export interface Format {
  readonly input: readonly string[];
  encode(canvas: Canvas): Promise<Uint8Array>;
}

/** Every frame a PNG file: what most scripts begin with. */
export const PNG: Format = {
  input: ['-f', 'image2pipe', '-framerate', String(FPS), '-c:v', 'png', '-i', 'pipe:0'],
  encode: (canvas) => canvas.encode('png'),
};

/** Every frame its raw pixels. */
export const RGBA: Format = {
  input: [
    '-f',
    'rawvideo',
    '-pix_fmt',
    'rgba',
    '-s',
    `${FRAME.width}x${FRAME.height}`,
    '-r',
    String(FPS),
    '-i',
    'pipe:0',
  ],
  encode: async (canvas) => canvas.data(),
};

export interface CanvasRender {
  readonly format: Format;
  readonly frames: number;
  readonly ffmpegPath: string;
  readonly fontPath: string;
  readonly folder: string;
}

/** Draws each frame on a canvas, picture and caption, and pipes it into the same encoder with the same settings as ours. */
export async function renderWithCanvas({
  format,
  frames,
  ffmpegPath,
  fontPath,
  folder,
}: CanvasRender): Promise<number> {
  GlobalFonts.registerFromPath(fontPath, 'Caption');
  const { width, height, rgba } = paintRgba();
  const plate = createCanvas(width, height);
  plate.getContext('2d').putImageData(new ImageData(rgba, width, height), 0, 0);
  const canvas = createCanvas(FRAME.width, FRAME.height);
  const context = canvas.getContext('2d');

  const feed = async (input: FfmpegInput): Promise<void> => {
    for (let frame = 0; frame < frames; frame++) {
      drawFrame(context, plate, frame / frames);
      await input.write(await format.encode(canvas));
    }
  };
  const output = [
    '-c:v',
    'libx264',
    ...qualityArguments('draft'),
    '-pix_fmt',
    'yuv420p',
    '-y',
    join(folder, 'canvas.mp4'),
  ];
  await runFfmpeg({ path: ffmpegPath, args: [...format.input, ...output], timeoutMs: 600_000, feed });
  return frames / FPS;
}

function drawFrame(context: SKRSContext2D, plate: Canvas, progress: number): void {
  const zoom = 1.02 + 0.08 * progress;
  const width = plate.width / zoom;
  const height = plate.height / zoom;
  const x = (plate.width - width) * (0.4 + 0.2 * progress);
  context.drawImage(plate, x, (plate.height - height) / 2, width, height, 0, 0, FRAME.width, FRAME.height);
  context.font = '84px Caption';
  context.textAlign = 'center';
  context.lineWidth = 12;
  context.strokeStyle = '#101010';
  context.fillStyle = '#ffffff';
  context.strokeText(CAPTION, FRAME.width / 2, 1480);
  context.fillText(CAPTION, FRAME.width / 2, 1480);
}
