import { expect } from 'chai';
import fc from 'fast-check';
import type { Pcm } from '../../src/audio/pcm.ts';
import { decodeWav, encodeWav, WavError } from '../../src/audio/wav.ts';

interface FileSpec {
  readonly tag: number;
  readonly bits: number;
  readonly data: readonly number[];
  readonly extensible?: boolean;
  readonly channelCount?: number;
  /** Chunks before the data. */
  readonly before?: readonly number[];
  /** What the data chunk claims, when not the truth. */
  readonly claimed?: number;
}

const ascii = (text: string): number[] => [...text].map((character) => character.charCodeAt(0));
const u16 = (value: number): number[] => [value & 0xff, value >> 8];
const u32 = (value: number): number[] => [...u16(value & 0xffff), ...u16(value >>> 16)];

function file({ tag, bits, data, extensible = false, channelCount = 1, before = [], claimed }: FileSpec): Uint8Array {
  const frame = (channelCount * bits) / 8;
  const guidTail = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];
  const extension = extensible ? [...u16(22), ...u16(bits), ...u32(4), ...u16(tag), ...guidTail] : [];
  const format = [
    ...u16(extensible ? 0xfffe : tag),
    ...u16(channelCount),
    ...u32(16_000),
    ...u32(16_000 * frame),
    ...u16(frame),
  ];
  const chunk = [...format, ...u16(bits), ...extension];
  const body = [...ascii('WAVE'), ...ascii('fmt '), ...u32(chunk.length), ...chunk, ...before];
  const rest = [...ascii('data'), ...u32(claimed ?? data.length), ...data];
  return Uint8Array.from([...ascii('RIFF'), ...u32(body.length + rest.length), ...body, ...rest]);
}

const sound = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 300 }), fc.integer({ min: 1_000, max: 96_000 }))
  .chain(([channels, length, sampleRate]) =>
    fc.record({
      sampleRate: fc.constant(sampleRate),
      channels: fc.array(fc.float32Array({ minLength: length, maxLength: length, min: -1, max: 1, noNaN: true }), {
        minLength: channels,
        maxLength: channels,
      }),
    }),
  );

function samplesOf({ channels }: Pcm): number[][] {
  return channels.map((samples) => [...samples]);
}

describe('wav', () => {
  it('gives back every bit of a float file', () => {
    fc.assert(
      fc.property(sound, (pcm) => {
        const back = decodeWav(encodeWav(pcm, 'float32'));
        expect(back.sampleRate).to.equal(pcm.sampleRate);
        expect(samplesOf(back)).to.deep.equal(samplesOf(pcm));
      }),
    );
  });

  it('gives back a 16-bit file to half a step, and exactly the second time', () => {
    fc.assert(
      fc.property(sound, (pcm) => {
        const once = decodeWav(encodeWav(pcm));
        const errors = once.channels.flatMap((samples, channel) =>
          [...samples].map((sample, i) => Math.abs(sample - (pcm.channels[channel]?.[i] ?? 0))),
        );
        expect(Math.max(0, ...errors)).to.be.at.most(1 / 32_768 + 1e-9);
        expect(samplesOf(decodeWav(encodeWav(once)))).to.deep.equal(samplesOf(once));
      }),
    );
  });

  it('clips what does not fit into 16 bits', () => {
    const loud = { sampleRate: 8_000, channels: [Float32Array.of(2, -2)] };
    expect([...(decodeWav(encodeWav(loud)).channels[0] ?? [])]).to.deep.equal([32_767 / 32_768, -1]);
  });

  it('writes the header that RIFF asks for', () => {
    const bytes = encodeWav({ sampleRate: 44_100, channels: [Float32Array.of(0.5), Float32Array.of(-0.5)] });
    expect([...bytes]).to.deep.equal([
      ...[...ascii('RIFF'), ...u32(40), ...ascii('WAVE'), ...ascii('fmt '), ...u32(16), ...u16(1), ...u16(2)],
      ...[...u32(44_100), ...u32(176_400), ...u16(4), ...u16(16), ...ascii('data'), ...u32(4), 0, 0x40, 0, 0xc0],
    ]);
  });

  it('reads every integer width and both floats', () => {
    const half: readonly (readonly [bits: number, bytes: readonly number[]])[] = [
      [8, [0xc0]],
      [16, [0x00, 0x40]],
      [24, [0x00, 0x00, 0x40]],
      [32, [0x00, 0x00, 0x00, 0x40]],
    ];
    for (const [bits, data] of half) expect(decodeWav(file({ tag: 1, bits, data })).channels[0]?.[0]).to.equal(0.5);
    expect(decodeWav(file({ tag: 1, bits: 24, data: [0, 0, 0xc0] })).channels[0]?.[0]).to.equal(-0.5);
    const double = [...new Uint8Array(Float64Array.of(-0.25).buffer)];
    expect(decodeWav(file({ tag: 3, bits: 64, data: double })).channels[0]?.[0]).to.equal(-0.25);
  });

  it('reads WAVE_FORMAT_EXTENSIBLE, foreign chunks of odd length, and a data chunk that claims too much', () => {
    const data = [0x00, 0x40, 0x00, 0xc0];
    const before = [...ascii('LIST'), ...u32(3), 1, 2, 3, 0];
    const spec = { tag: 1, bits: 16, data, channelCount: 2, extensible: true, before, claimed: 0xffff_ffff };
    expect(samplesOf(decodeWav(file(spec)))).to.deep.equal([[0.5], [-0.5]]);
  });

  it('reads from a view in the middle of a buffer and drops half a frame at the end', () => {
    const bytes = file({ tag: 1, bits: 16, data: [0x00, 0x40, 0x00] });
    const larger = new Uint8Array(bytes.length + 5);
    larger.set(bytes, 3);
    expect(samplesOf(decodeWav(larger.subarray(3, 3 + bytes.length)))).to.deep.equal([[0.5]]);
  });

  it('says what is wrong with a file it cannot read', () => {
    const cases: readonly (readonly [bytes: Uint8Array, words: string])[] = [
      [new Uint8Array(0), 'RIFF/WAVE header'],
      [Uint8Array.from(ascii('ID3 not a wave file')), 'RIFF/WAVE header'],
      [file({ tag: 85, bits: 16, data: [] }), 'format tag "85"'],
      [file({ tag: 1, bits: 12, data: [] }), '12-bit integer'],
      [file({ tag: 1, bits: 16, data: [], channelCount: 0 }), '0 channels'],
      [file({ tag: 1, bits: 16, data: [] }).slice(0, 36), 'no data chunk'],
      [file({ tag: 1, bits: 16, data: [] }).slice(0, 24), 'format is 4 bytes'],
      [file({ tag: 3, bits: 32, data: [0, 0, 0xc0, 0x7f] }), 'not finite'],
      [
        Uint8Array.from([...ascii('RIFF'), ...u32(12), ...ascii('WAVE'), ...ascii('data'), ...u32(0)]),
        'before its format',
      ],
    ];
    for (const [bytes, words] of cases) expect(() => decodeWav(bytes), words).to.throw(WavError, words);
    const alien = file({ tag: 1, bits: 16, data: [], extensible: true });
    alien[50] = 0x99;
    expect(() => decodeWav(alien)).to.throw(WavError, 'unknown sub-format');
  });

  it('answers any bytes with sound or a WavError, never with anything else', () => {
    const header = file({ tag: 1, bits: 16, data: [1, 2, 3, 4], extensible: true });
    const mutated = fc
      .array(fc.tuple(fc.nat(header.length - 1), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 8 })
      .map((changes) => {
        const bytes = header.slice();
        for (const [at, value] of changes) bytes[at] = value;
        return bytes;
      });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), mutated), (bytes) => {
        try {
          expect(decodeWav(bytes).channels.length).to.be.above(0);
        } catch (error) {
          expect(error).to.be.instanceOf(WavError);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('refuses to encode what is not sound', () => {
    expect(() => encodeWav({ sampleRate: 48_000, channels: [Float32Array.of(Number.NaN)] })).to.throw(RangeError);
  });
});
