import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { resolveFfmpeg } from '../../src/ffmpeg/resolve-ffmpeg.ts';
import { findProbe } from '../../src/intake/find-probe.ts';
import { createMediaProbe, type ProbeMedia } from '../../src/intake/probe-media.ts';
import { systemClock } from '../../src/providers/clock.ts';
import { type MediaServer, mediaServer } from './media-server.ts';
import { blackPng, gifHead, jpegHead, pngHead, webpHead } from './picture-heads.ts';
import { reasonOf, refusalOf } from './refusal.ts';

const { signal } = new AbortController();
const ENV = process.env;
const ffmpeg = () => resolveFfmpeg({ env: ENV });

describe('looking into a file', () => {
  let folder = '';
  let probe: ProbeMedia;
  before(async function () {
    const binary = await ffmpeg().catch(() => undefined);
    const programs = binary && (await findProbe(binary, { env: ENV }).catch(() => undefined));
    if (programs === undefined) {
      console.log('skipped: no ffmpeg with an ffprobe on this machine');
      this.skip();
    }
    folder = await mkdtemp(join(tmpdir(), 'callsheet-probe-'));
    probe = createMediaProbe({ ffmpeg, env: ENV, clock: systemClock });
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const make = async (name: string, ...args: string[]) => {
    const path = join(folder, name);
    const { path: program } = await ffmpeg();
    await promisify(execFile)(program, ['-v', 'error', '-nostdin', ...args.join(' ').split(' '), '-y', path]);
    return path;
  };
  const write = async (name: string, ...parts: (string | Uint8Array)[]) => {
    const path = join(folder, name);
    await writeFile(path, Buffer.concat(parts.map((part) => Buffer.from(part as string, 'latin1'))));
    return path;
  };
  const refused = async (path: string) => {
    const error = await refusalOf(probe(path, signal));
    expect(error.errorName).to.equal('CONTENT_REFUSED');
    return reasonOf(error);
  };
  const FILM = '-f lavfi -i testsrc=s=64x48:r=25:d=1 -f lavfi -i sine=r=48000:d=1 -c:v libx264 -c:a aac -shortest';
  const TONE = '-f lavfi -i sine=r=44100:d=1';

  it('tells what films are, whatever they are called', async () => {
    const film = { kind: 'video', width: 64, height: 48, fps: 25, sample_rate: 48_000, channels: 1 };
    expect(await probe(await make('film.txt', FILM, '-f mp4'), signal)).to.include({
      ...{ ...film, mime: 'video/mp4', extension: 'mp4', video_codec: 'h264', audio_codec: 'aac' },
    });
    expect(await probe(await make('film.mov', FILM), signal)).to.include({ ...film, mime: 'video/quicktime' });
    expect(await probe(await make('film.mkv', FILM), signal)).to.include({ ...film, mime: 'video/x-matroska' });
  });

  it('tells what sounds are', async () => {
    const kinds: [string, string, string][] = [
      ['a.wav', 'audio/wav', ''],
      ['a.flac', 'audio/flac', ''],
      ['a.aiff', 'audio/aiff', ''],
      ['a.m4a', 'audio/mp4', '-c:a aac'],
      ['a.aac', 'audio/aac', '-c:a aac -f adts'],
    ];
    for (const [name, mime, how] of kinds) {
      const facts = await probe(await make(name, ...[TONE, how].filter((part) => part !== '')), signal);
      expect(facts, name).to.include({ kind: 'audio', mime, sample_rate: 44_100, channels: 1 });
      expect(facts.duration, name).to.be.within(0.99, 1.1);
      expect(facts, name).to.not.have.any.keys('width', 'fps', 'video_codec');
    }
  });

  it('tells what pictures are', async () => {
    const still = '-f lavfi -i testsrc=s=40x30:d=1 -frames:v 1';
    const size = { kind: 'image', width: 40, height: 30 };
    expect(await probe(await make('a.png', still), signal)).to.include({ ...size, mime: 'image/png' });
    expect(await probe(await make('a.jpg', still), signal)).to.include({
      ...size,
      mime: 'image/jpeg',
      extension: 'jpg',
    });
    expect(await probe(await make('a.gif', still), signal)).to.include({ ...size, mime: 'image/gif' });
    expect(await probe(await write('b.png', blackPng({ width: 7, height: 9 })), signal)).to.include({
      width: 7,
      height: 9,
    });
  });

  it('measures a recording that does not say how long it is', async () => {
    const path = await make('live.mkv', '-f lavfi -i testsrc=s=64x48:r=25:d=2 -c:v libx264 -f matroska -live 1');
    expect((await probe(path, signal)).duration).to.be.within(1.8, 2.1);
  });

  it('shows a film that was taken upright upright', async () => {
    const flat = await make('flat.mp4', FILM);
    const turned = await make('turned.mp4', `-i ${flat} -c copy -metadata:s:v rotate=90`);
    expect(await probe(turned, signal)).to.include({ width: 48, height: 64 });
  });

  it('refuses pictures for their size before any program sees them', async () => {
    const unseen = createMediaProbe({
      ffmpeg: () => expect.fail('looked for a program'),
      env: ENV,
      clock: systemClock,
    });
    const bomb = { width: 16_000, height: 16_000 };
    const bombs = [pngHead(bomb), jpegHead(bomb), gifHead(bomb), webpHead('VP8 ', bomb), webpHead('VP8X', bomb)];
    for (const head of [...bombs, pngHead({ width: 0xffff_ffff, height: 0xffff_ffff })]) {
      const error = await refusalOf(unseen(await write('bomb', head, Buffer.alloc(64)), signal));
      expect([error.errorName, reasonOf(error)]).to.eql(['CONTENT_REFUSED', 'too_many_pixels']);
    }
    expect(
      (await refusalOf(unseen(await write('bomb', webpHead('VP8L', { ...bomb, width: 16_001 })), signal))).message,
    ).to.contain('16001 × 16000');
  });

  it('refuses a picture whose second header is larger than its first', async () => {
    const small = { width: 9, height: 9 };
    const grown = await write(
      'grown.jpg',
      jpegHead(small),
      jpegHead({ width: 60_000, height: 60_000 }).subarray(2),
      Buffer.alloc(99),
    );
    expect(await refused(grown)).to.equal('undecodable');
  });

  it('refuses playlists, and opens nothing that they name', async () => {
    const canary: MediaServer = await mediaServer((_, response) => response.end('found me'));
    const list = `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n${canary.url}/a.ts\n#EXT-X-ENDLIST\n`;
    const lists = [list, `ffconcat version 1.0\nfile ${canary.url}/a.mp4\n`, `file '${canary.url}/a.mp4'\n`];
    const sdp = `v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio ${canary.port} RTP/AVP 0\n`;
    const dash = `<?xml version="1.0"?><MPD><BaseURL>${canary.url}</BaseURL></MPD>`;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg"><image href="${canary.url}/x.png"/></svg>`;
    for (const text of [...lists, sdp, dash, svg, 'PK\x03\x04'])
      expect(await refused(await write('a.mp4', text))).to.equal('not_media');
    // With the magic of something else in front, the bytes are read as that and nothing else.
    const fronts = [
      'ID3\x04\0\0\0\0\0\0',
      '\0\0\0\x14ftypisom\0\0\0\0isom',
      'RIFF\xff\0\0\0WAVE',
      'OggS\0',
      'fLaC',
      '\xff\xfb\x90\0',
    ];
    for (const front of [...fronts, '\x1aE\xdf\xa3\x9fB\x82\x84webm', 'GIF89a\x09\0\x09\0\0\0\0']) {
      expect(await refused(await write('a.mp4', front, list.repeat(20))), front).to.be.oneOf([
        'undecodable',
        'not_media',
      ]);
    }
    await canary.close();
    expect(canary.connections()).to.equal(0);
  });

  it('refuses a path that image readers would take for a pattern', async () => {
    await write('frame-1.png', blackPng({ width: 5, height: 5 }));
    const pattern = await write('frame-%d.png', 'no picture at all');
    expect(await refused(pattern)).to.equal('not_media');
  });

  it('refuses files with very many streams, and broken ones', async () => {
    const many = Array.from({ length: 17 }, (_, index) => `-map ${index}`).join(' ');
    const inputs = '-f lavfi -i anullsrc=d=0.1 '.repeat(17).trim();
    expect(await refused(await make('many.mp4', inputs, many, '-c:a aac'))).to.equal('streams');
    expect(await refused(await write('half.png', blackPng({ width: 99, height: 99 }).subarray(0, 41)))).to.equal(
      'undecodable',
    );
    expect(await refused(await write('broken.mp4', '\0\0\0\x14ftypisom\0\0\0\0isom', Buffer.alloc(500, 7)))).to.equal(
      'undecodable',
    );
    expect(await refused(await write('empty.bin'))).to.equal('not_media');
  });

  it('opens no decoder that nobody needs', async () => {
    const film = await make('old.mkv', '-f lavfi -i testsrc=s=64x48:d=0.2 -c:v cinepak');
    expect(await refused(film)).to.equal('undecodable');
  });

  it('does not begin for a call that has ended', async () => {
    const path = await write('ended.png', blackPng({ width: 5, height: 5 }));
    const ended = probe(path, AbortSignal.abort(new Error('never mind')));
    expect(String(await ended.catch((error: unknown) => error))).to.equal('Error: never mind');
  });
});

describe('the programs that look into files', () => {
  const present = (...paths: string[]) => ({ isExecutable: async (path: string) => paths.includes(path) });
  const env = { PATH: '/usr/bin:/opt/bin' };

  it('are those beside ffmpeg, then those in PATH', async () => {
    const linux = { env, platform: 'linux' } as const;
    const beside = present('/ff/ffprobe', '/usr/bin/ffprobe', '/opt/bin/prlimit');
    expect(await findProbe({ path: '/ff/ffmpeg' }, { ...linux, ...beside })).to.eql({
      ...{ ffprobe: '/ff/ffprobe', ffmpeg: '/ff/ffmpeg', prlimit: '/opt/bin/prlimit' },
    });
    const inPath = { env, platform: 'darwin', ...present('/opt/bin/ffprobe', '/opt/bin/prlimit') } as const;
    expect(await findProbe({ path: '/ff/ffmpeg' }, inPath)).to.eql({
      ...{ ffprobe: '/opt/bin/ffprobe', ffmpeg: '/ff/ffmpeg', prlimit: undefined },
    });
  });

  it('are asked for by name when they are missing, and looked for again', async () => {
    const error = await refusalOf(findProbe({ path: '/ff/ffmpeg' }, { env, platform: 'win32', ...present() }));
    expect(error.errorName).to.equal('UNAVAILABLE');
    expect(error.message).to.contain('no "ffprobe.exe" beside "/ff/ffmpeg"').and.to.contain('apt install ffmpeg');
    let asked = 0;
    const absent = async () => {
      asked += 1;
      return { path: '/no/such/ffmpeg' };
    };
    const probe = createMediaProbe({ ffmpeg: absent, env: {}, clock: systemClock });
    const folder = await mkdtemp(join(tmpdir(), 'callsheet-probe-'));
    const path = join(folder, 'a.png');
    await writeFile(path, blackPng({ width: 5, height: 5 }));
    for (const round of [1, 2]) {
      expect((await refusalOf(probe(path, signal))).errorName).to.equal('UNAVAILABLE');
      expect(asked).to.equal(round);
    }
    await rm(folder, { recursive: true });
  });
});
