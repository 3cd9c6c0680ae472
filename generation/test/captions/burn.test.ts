import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { assScript, type TextTrack } from '../../src/captions/ass.ts';
import { findCallouts } from '../../src/captions/callouts.ts';
import { FONTS_DIRECTORY } from '../../src/captions/fonts.ts';
import { captionGroups } from '../../src/captions/group.ts';
import { safeArea } from '../../src/captions/safe-area.ts';
import { spoken } from './spoken.ts';

/** Every ffmpeg at hand: the system's, and the one npm brings. */
function programs(): string[] {
  const found: string[] = [];
  if (spawnSync('ffmpeg', ['-version']).status === 0) found.push('ffmpeg');
  try {
    const { path } = createRequire(import.meta.url)('@ffmpeg-installer/ffmpeg') as { path: string };
    if (spawnSync(path, ['-version']).status === 0) found.push(path);
  } catch {
    // An optional dependency that may be absent.
  }
  return found;
}

const GROUND = 0x40;

describe('captions burnt in by libass', () => {
  const available = programs();
  let directory = '';
  before(function () {
    if (available.length === 0) {
      console.log('      skipped: needs an ffmpeg with libass, and none is installed');
      this.skip();
    }
    directory = mkdtempSync(join(tmpdir(), 'callsheet-captions-'));
    writeFileSync(
      join(directory, 'fonts.conf'),
      `<?xml version="1.0"?><fontconfig><dir>${FONTS_DIRECTORY}</dir><cachedir>${directory}/cache</cachedir></fontconfig>`,
    );
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  /** The luma of one frame of the track over a flat grey. */
  function burn(program: string, track: TextTrack, second: number): Buffer {
    const { width, height } = track.frame;
    writeFileSync(join(directory, 'track.ass'), assScript(track));
    const grey = Buffer.alloc((width * height * 3) / 2, GROUND).fill(128, width * height);
    const run: SpawnSyncReturns<Buffer> = spawnSync(
      program,
      [
        ...'-v error -f rawvideo -pix_fmt yuv420p -framerate 100'.split(' '),
        ...['-s', `${width}x${height}`, '-i', 'pipe:0', '-vf'],
        `setpts=PTS+${Math.round(second * 100)},ass=track.ass:fontsdir=${FONTS_DIRECTORY}`,
        ...'-frames:v 1 -f rawvideo -pix_fmt yuv420p pipe:1'.split(' '),
      ],
      { input: grey, cwd: directory, env: { FONTCONFIG_FILE: join(directory, 'fonts.conf') }, maxBuffer: 1 << 26 },
    );
    expect(run.stderr.toString()).to.equal('');
    return run.stdout.subarray(0, width * height);
  }

  /** Where pixels differ clearly from the ground. */
  function extent(
    luma: Buffer,
    width: number,
    threshold = 24,
  ): { left: number; right: number; top: number; bottom: number; count: number } {
    const box = { left: width, right: -1, top: Number.POSITIVE_INFINITY, bottom: -1, count: 0 };
    luma.forEach((value, at) => {
      if (Math.abs(value - GROUND) < threshold) return;
      const x = at % width;
      const y = Math.floor(at / width);
      box.left = Math.min(box.left, x);
      box.right = Math.max(box.right, x);
      box.top = Math.min(box.top, y);
      box.bottom = Math.max(box.bottom, y);
      box.count += 1;
    });
    return box;
  }

  for (const program of available) {
    it(`stay inside the safe area of every shape (${program === 'ffmpeg' ? 'system' : 'npm'} ffmpeg)`, () => {
      const words = spoken('Extraordinarily Mediterranean “glyphs” WWWWWWWWWWWWWWWW jumping, (quickly) ÅÄÖ 70% gone.');
      for (const [width, height] of [
        [360, 640],
        [640, 360],
        [360, 360],
        [360, 450],
      ] as const) {
        const frame = { width, height };
        const titles = [{ text: 'Ågeful Queens of the jungle', eyebrow: 'Part 1', start: 0, end: 8 }];
        const safe = safeArea(frame);
        for (const second of [0.9, 2.6, 4.4]) {
          const box = extent(burn(program, { frame, words, titles, callouts: findCallouts(words) }, second), width);
          expect(box.count, `${width}×${height} at ${second}`).to.be.greaterThan(300);
          expect(box.left).to.be.at.least(Math.floor(safe.left) - 1);
          expect(box.right).to.be.at.most(Math.ceil(safe.right) + 1);
          expect(box.top).to.be.at.least(Math.floor(safe.top) - 1);
          expect(box.bottom).to.be.at.most(Math.ceil(safe.bottom) + 1);
        }
      }
    });

    it(`are as wide as they were measured (${program === 'ffmpeg' ? 'system' : 'npm'} ffmpeg)`, () => {
      const frame = { width: 720, height: 480 };
      const style = { mode: 'phrase', stroke_width: 0 } as const;
      for (const text of ['Avatar To Wave', 'minimum 0123456789', '珊瑚礁覆盖', 'Привет мир Việt', '使用 AI 工具']) {
        const words = [{ w: text, start: 0, end: 4 }];
        const [group] = captionGroups(words, frame, style);
        const width = group?.lines[0]?.width ?? 0;
        expect(group?.lines).to.have.length(1);
        const box = extent(burn(program, { frame, words, style }, 1), 720, 60);
        expect(box.right - box.left, text).to.be.within(width * 0.93, width + 3);
      }
    });

    it(`have real glyphs for Chinese (${program === 'ffmpeg' ? 'system' : 'npm'} ffmpeg)`, () => {
      const frame = { width: 480, height: 480 };
      const shot = (w: string) => burn(program, { frame, words: [{ w, start: 0, end: 4 }] }, 1);
      const [coral, ocean, nothing] = [shot('珊瑚礁'), shot('海洋水'), burn(program, { frame, words: [] }, 1)];
      expect(extent(nothing, 480).count).to.equal(0);
      expect(extent(coral, 480).count).to.be.greaterThan(1500);
      expect(coral.equals(ocean)).to.equal(false);
    });
  }
});
