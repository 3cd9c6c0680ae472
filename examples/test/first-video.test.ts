import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { boxes, loudness, probe } from './mp4.ts';
import { ended, needs, start } from './process.ts';

const DEMO = 'examples/first-video/demo.ts';

describe('examples/first-video', function () {
  this.timeout(180_000);
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'callsheet-example-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('makes a narrated, captioned 1080×1920 video out of a text, with nothing configured', async function () {
    const out = join(folder, 'reef.mp4');
    const words = ['--subject', 'Why coral reefs matter', '--text', 'reef.txt', '--out', out, '--aspect', '9:16'];
    const { code, stdout, stderr } = await ended(start(DEMO, words));
    expect(code, stderr).to.equal(0);
    expect(stdout.trim()).to.equal(out);
    for (const stage of ['script', 'terms', 'voice', 'captions', 'music', 'mix', 'render', 'store', 'download']) {
      expect(
        stderr.split('\n').filter((line) => line.trim().startsWith(`${stage} `)),
        stage,
      ).to.have.length(1);
    }
    const order = boxes(out);
    expect(order.indexOf('moov')).to.be.lessThan(order.indexOf('mdat')).and.greaterThan(0);

    needs('ffprobe', this);
    const { streams, format } = probe(out);
    expect(streams.map((stream) => stream.codec_name)).to.deep.equal(['h264', 'aac']);
    expect(streams[0]).to.include({ width: 1080, height: 1920, r_frame_rate: '30/1', color_space: 'bt709' });
    expect(Number(format.duration)).to.be.within(20, 60);
    const { integrated, truePeak } = loudness(out);
    expect(integrated).to.be.within(-15, -13);
    expect(truePeak).to.be.at.most(-1);
  });

  for (const [aspect, width, height] of [
    ['16:9', 854, 480],
    ['1:1', 480, 480],
  ] as const) {
    it(`composes for ${aspect} as well`, async function () {
      const out = join(folder, `${aspect.replace(':', 'x')}.mp4`);
      const { code, stderr } = await ended(start(DEMO, ['--out', out, '--aspect', aspect, '--resolution', '480p']));
      expect(code, stderr).to.equal(0);
      expect((await stat(out)).size).to.be.greaterThan(100_000);
      needs('ffprobe', this);
      expect(probe(out).streams[0]).to.include({ width, height });
    });
  }

  it('says what is wrong with its words', async () => {
    const { code, stderr } = await ended(start(DEMO, ['--aspect', '2:1']));
    expect(code).to.not.equal(0);
    expect(stderr.trim()).to.equal('Cannot use --aspect "2:1"; give one of 9:16, 16:9, 1:1, 4:5, 3:4');
    const missing = await ended(start(DEMO, ['--text', '/no/such/text.txt']));
    expect(missing.code).to.equal(1);
    expect(missing.stderr).to.match(/^Cannot read --text "\/no\/such\/text.txt"/);
  });
});
