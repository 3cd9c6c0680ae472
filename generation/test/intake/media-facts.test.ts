import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { checkPixels, mediaFacts } from '../../src/intake/media-facts.ts';
import { type ProbeReport, readProbeReport } from '../../src/intake/probe-report.ts';
import { sniffMedia } from '../../src/intake/sniff-media.ts';
import { reasonOf } from './refusal.ts';

const containerOf = (head: string) => {
  const container = sniffMedia(Buffer.from(head, 'latin1'));
  if (container === undefined) throw new Error('no such container');
  return container;
};
const MP4 = containerOf('\0\0\0\x20ftypisom');
const PNG = containerOf('\x89PNG\r\n\x1a\n');
const WAV = containerOf('RIFF____WAVE');

const PICTURE = { codec: 'h264', width: 1920, height: 1080, fps: 29.97003 };
const SOUND = { codec: 'aac', sampleRate: 48_000, channels: 2 };
const FILM: ProbeReport = { streams: 2, duration: 12.3456, picture: PICTURE, sound: SOUND };

function reasonFor(report: ProbeReport, container = MP4): unknown {
  try {
    return mediaFacts(report, container);
  } catch (error) {
    if (!CallError.is(error)) throw error;
    expect(error.errorName).to.equal('CONTENT_REFUSED');
    return reasonOf(error);
  }
}

describe('the facts of a file', () => {
  it('are told for film, sound and picture', () => {
    expect(mediaFacts(FILM, MP4)).to.eql({
      ...{
        kind: 'video',
        mime: 'video/mp4',
        extension: 'mp4',
        width: 1920,
        height: 1080,
        duration: 12.346,
        fps: 29.97,
      },
      ...{ sample_rate: 48_000, channels: 2, video_codec: 'h264', audio_codec: 'aac' },
    });
    expect(mediaFacts({ streams: 1, duration: 2, sound: SOUND }, MP4)).to.eql({
      ...{ kind: 'audio', mime: 'audio/mp4', extension: 'm4a', duration: 2 },
      ...{ sample_rate: 48_000, channels: 2, audio_codec: 'aac' },
    });
    expect(mediaFacts({ streams: 1, duration: undefined, picture: { ...PICTURE, codec: 'png' } }, PNG)).to.eql({
      ...{ kind: 'image', mime: 'image/png', extension: 'png', width: 1920, height: 1080, video_codec: 'png' },
    });
  });

  it('stop at what would exhaust whoever decodes it', () => {
    const cases: [Partial<ProbeReport>, string][] = [
      [{ streams: 17 }, 'streams'],
      [{ duration: undefined }, 'no_duration'],
      [{ duration: 14_401 }, 'too_long'],
      [{ picture: { ...PICTURE, width: 8192, height: 4097 } }, 'too_many_pixels'],
      [{ picture: { ...PICTURE, width: 0 } }, 'undecodable'],
      [{ picture: { ...PICTURE, fps: 241 } }, 'frame_rate'],
      [{ picture: { ...PICTURE, width: 7680, height: 4320 }, duration: 3600 }, 'too_much_to_decode'],
      [{ picture: { ...PICTURE, width: 3840, height: 2160, fps: undefined }, duration: 3600 }, 'too_much_to_decode'],
      [{ sound: { ...SOUND, sampleRate: 400_000 } }, 'sample_rate'],
      [{ sound: { ...SOUND, sampleRate: 0 } }, 'undecodable'],
      [{ sound: { ...SOUND, channels: 17 } }, 'channels'],
    ];
    for (const [over, reason] of cases) expect(reasonFor({ ...FILM, ...over }), reason).to.equal(reason);
  });

  it('allow exactly as much as they say', () => {
    const largest = { ...PICTURE, width: 8192, height: 4096, fps: 240 };
    expect(reasonFor({ ...FILM, streams: 16, duration: 200, picture: largest })).to.be.an('object');
    expect(reasonFor({ ...FILM, duration: 14_400, picture: { ...PICTURE, fps: 59 } })).to.be.an('object');
    checkPixels(8192, 4096);
    expect(() => checkPixels(8193, 4096)).to.throw(/8193 × 4096/u);
  });

  it('are none for a file that lacks what its format is for', () => {
    expect(reasonFor({ streams: 1, duration: 3 })).to.equal('not_media');
    expect(reasonFor({ streams: 1, duration: 3, sound: SOUND }, PNG)).to.equal('not_media');
    expect(reasonFor({ streams: 1, duration: 3, picture: PICTURE }, WAV)).to.equal('not_media');
  });
});

describe('the report of ffprobe', () => {
  const report = (streams: unknown[], format: unknown = { duration: '2.5' }) =>
    readProbeReport(JSON.stringify({ streams, format }));

  it('is read with sizes as shown and rates as they are on average', () => {
    const turned = [{ rotation: -90 }];
    const video = { codec_type: 'video', codec_name: 'hevc', width: 1920, height: 1080, avg_frame_rate: '30000/1001' };
    expect(report([{ ...video, side_data_list: turned }])?.picture).to.eql({
      ...{ codec: 'hevc', width: 1080, height: 1920 },
      fps: 30_000 / 1001,
    });
    expect(report([{ ...video, avg_frame_rate: '0/0', r_frame_rate: '25/1' }])?.picture).to.include({
      fps: 25,
      width: 1920,
    });
    expect(report([{ ...video, avg_frame_rate: '0/0' }])?.picture?.fps).to.equal(undefined);
  });

  it('takes the picture on a record sleeve for no film', () => {
    const cover = { codec_type: 'video', codec_name: 'mjpeg', width: 9, height: 9, disposition: { attached_pic: 1 } };
    const sound = { codec_type: 'audio', codec_name: 'mp3', sample_rate: '44100', channels: 2 };
    expect(report([cover, sound], {})).to.eql({
      ...{ streams: 2, duration: undefined },
      sound: { codec: 'mp3', sampleRate: 44_100, channels: 2 },
    });
  });

  it('believes no names and numbers that are none', () => {
    const odd = { codec_type: 'audio', codec_name: 'a\u202eb', sample_rate: '-1', channels: 'many' };
    expect(report([odd], { duration: 'N/A' })).to.eql({
      ...{ streams: 1, duration: undefined },
      sound: { codec: 'unknown', sampleRate: 0, channels: 0 },
    });
    for (const text of ['', 'no JSON', '[]', '{}', '{"format":{}}', '{"format":1,"streams":[]}']) {
      expect(readProbeReport(text), text).to.equal(undefined);
    }
  });
});
