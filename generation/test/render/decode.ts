import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Decodes a video into its raw I420 frames. */
export async function decodeFrames(ffmpeg: string, path: string, frameBytes: number): Promise<Uint8Array[]> {
  const options = ['-v', 'error', '-i', path, '-map', '0:v', '-f', 'rawvideo', '-pix_fmt', 'yuv420p', 'pipe:1'];
  const { stdout } = await execute(ffmpeg, options, { encoding: 'buffer', maxBuffer: 1 << 28 });
  const count = stdout.length / frameBytes;
  return Array.from({ length: count }, (_, index) => stdout.subarray(index * frameBytes, (index + 1) * frameBytes));
}

/** Decodes the sound to mono samples at 8 kHz. */
export async function decodeSound(ffmpeg: string, path: string): Promise<Float32Array> {
  const options = ['-v', 'error', '-i', path, '-map', '0:a', '-f', 'f32le', '-ac', '1', '-ar', '8000', 'pipe:1'];
  const { stdout } = await execute(ffmpeg, options, { encoding: 'buffer', maxBuffer: 1 << 28 });
  return new Float32Array(stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + stdout.length));
}

/** What ffmpeg says about the streams of a file. */
export async function describeStreams(ffmpeg: string, path: string): Promise<string> {
  const { stderr } = await execute(ffmpeg, ['-hide_banner', '-i', path, '-f', 'null', '-t', '0', '-']);
  return stderr;
}

/** Frames that are keyframes. */
export async function countKeyframes(ffmpeg: string, path: string, frameBytes: number): Promise<number> {
  const options = ['-v', 'error', '-skip_frame', 'nokey', '-i', path, '-vsync', '0', '-f', 'rawvideo', 'pipe:1'];
  const { stdout } = await execute(ffmpeg, options, { encoding: 'buffer', maxBuffer: 1 << 28 });
  return stdout.length / frameBytes;
}
