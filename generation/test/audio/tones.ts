import type { Pcm } from '../../src/audio/pcm.ts';

/** A sine on every channel. `level` is in dBFS of its peak. */
export function sine(
  frequency: number,
  seconds: number,
  { sampleRate = 48_000, level = 0, channels = 1, phase = 0 } = {},
): Pcm {
  const amplitude = 10 ** (level / 20);
  const samples = Float32Array.from(
    { length: Math.round(seconds * sampleRate) },
    (_, i) => amplitude * Math.sin((2 * Math.PI * frequency * i) / sampleRate + phase),
  );
  return { sampleRate, channels: Array.from({ length: channels }, () => samples.slice()) };
}

/** Sounds one behind the other; all must have the first one's rate and channels. */
export function joined(...parts: readonly Pcm[]): Pcm {
  const [first] = parts;
  if (first === undefined) throw new Error('Nothing to join');
  return {
    sampleRate: first.sampleRate,
    channels: first.channels.map((_, channel) => {
      const pieces = parts.map((part) => part.channels[channel] ?? new Float32Array(0));
      const whole = new Float32Array(pieces.reduce((sum, { length }) => sum + length, 0));
      let at = 0;
      for (const piece of pieces) {
        whole.set(piece, at);
        at += piece.length;
      }
      return whole;
    }),
  };
}

/** Noise that is the same in every run (a linear congruence), in syllables of a fifth of a second. */
export function babble(seconds: number, sampleRate = 16_000): Pcm {
  let state = 12_345;
  const samples = Float32Array.from({ length: Math.round(seconds * sampleRate) }, (_, i) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state / 2 ** 32 - 0.5) * 0.4 * Math.sin((Math.PI * 5 * i) / sampleRate) ** 2;
  });
  return { sampleRate, channels: [samples] };
}

/** How much of a frequency is in part of a track, as the amplitude of a sine. `from` and `to` are frames, rounded. */
export function amplitudeOf(
  frequency: number,
  samples: Float32Array,
  sampleRate: number,
  from = 0,
  to = samples.length,
): number {
  const omega = (2 * Math.PI * frequency) / sampleRate;
  let re = 0;
  let im = 0;
  for (let i = Math.round(from); i < Math.round(to); i += 1) {
    re += (samples[i] ?? 0) * Math.cos(omega * i);
    im += (samples[i] ?? 0) * Math.sin(omega * i);
  }
  return (2 * Math.hypot(re, im)) / (to - from);
}

/** The only channel, or the first. */
export function first({ channels }: Pcm): Float32Array {
  return channels[0] ?? new Float32Array(0);
}
