import { runFfmpeg } from '../../src/ffmpeg/run-ffmpeg.ts';

// A process for the test that kills it: feeds ffmpeg for ever, and says so once ffmpeg has begun to encode.
const [path = '', output = ''] = process.argv.slice(2);
const frame = new Uint8Array(64 * 64 * 1.5).fill(128);

await runFfmpeg({
  path,
  args: ['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', '64x64', '-r', '30', '-i', 'pipe:0', '-c:v', 'libx264', output],
  timeoutMs: 600_000,
  feed: async (input) => {
    for (;;) await input.write(frame);
  },
  onProgress: () => process.stdout.write('encoding\n'),
});
