import { expect } from 'chai';
import fc from 'fast-check';
import { type FfmpegProgress, progressReader } from '../../src/ffmpeg/progress.ts';

const REPORTS = `frame=12
fps=0.00
stream_0_0_q=28.0
bitrate=N/A
total_size=N/A
out_time_us=N/A
out_time=-577014:32:22.770000
speed=N/A
progress=continue
frame=840
total_size=2411724
out_time_ms=28000000
out_time=00:00:28.000000
dup_frames=0
progress=end
`;

const READ: FfmpegProgress[] = [
  { frame: 12, seconds: 0, bytes: 0, ended: false },
  { frame: 840, seconds: 28, bytes: 2411724, ended: true },
];

function read(pieces: readonly string[]): FfmpegProgress[] {
  const seen: FfmpegProgress[] = [];
  const push = progressReader((progress) => seen.push(progress));
  for (const piece of pieces) push(piece);
  return seen;
}

describe('reading progress', () => {
  it('reads one report per block, unknown figures as nothing', () => {
    expect(read([REPORTS])).to.deep.equal(READ);
  });

  it('reads the same however the text is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(REPORTS.length), { maxLength: 20 }), (cuts) => {
        const borders = [0, ...cuts.sort((a, b) => a - b), REPORTS.length];
        const pieces = borders.slice(1).map((border, index) => REPORTS.slice(borders[index], border));
        expect(read(pieces)).to.deep.equal(READ);
      }),
    );
  });

  it('understands hours', () => {
    expect(read(['out_time=02:03:04.500000\nprogress=continue\n'])[0]?.seconds).to.equal(7384.5);
  });

  it('passes over anything that is no report', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (noise) => {
        const seen = read([...noise, '\n', REPORTS]);
        expect(seen.slice(-2)).to.deep.equal(READ);
      }),
    );
  });
});
