import { expect } from 'chai';
import { probeFfmpeg } from '../../src/ffmpeg/capabilities.ts';

const ANSWERS: { readonly [question: string]: string } = {
  '-version':
    'ffmpeg version N-47683-g0e8eb07980-static https://example.org/  Copyright (c) 2000-2018\nbuilt with gcc\n',
  '-encoders': `Encoders:
 V..... = Video
 A..... = Audio
 ------
 V..... libx264              libx264 H.264 / AVC (codec h264)
 A..... aac                  AAC (Advanced Audio Coding)
 VFS..D ffv1                 FFmpeg video codec #1
`,
  '-filters': `Filters:
  T.. = Timeline support
  .S. = Slice threading
  A = Audio input/output
 ... abench            A->A       Benchmark part of a filtergraph.
 T.C overlay           VV->V      Overlay a video source on top of the input.
 ..C subtitles         V->V       Render text subtitles onto input video using the libass library.
 TS xnew               V->V       As newer versions list it.
 ... nullsink          V->|       Do absolutely nothing with the input video.
`,
};

describe('asking an ffmpeg what it can do', () => {
  it('reads version, encoders and filters, and no legends', async () => {
    const found = await probeFfmpeg('/x/ffmpeg', async (_path, args) => ANSWERS[args[1] ?? ''] ?? '');
    expect(found).to.deep.equal({
      version: 'N-47683-g0e8eb07980-static',
      encoders: ['libx264', 'aac', 'ffv1'],
      filters: ['abench', 'overlay', 'subtitles', 'xnew', 'nullsink'],
    });
  });

  it('refuses a program that answers with something else', async () => {
    const error = await probeFfmpeg('/bin/echo').catch((reason: unknown) => reason);
    expect(String(error)).to.include('"/bin/echo" does not call itself ffmpeg');
  });
});
