import type { SeededRandom } from '../picture/seeded-random.ts';
import { ORCHESTRA, type Player } from './instruments/orchestra.ts';
import type { Note } from './score.ts';
import { frequencyOf } from './theory.ts';

export type StereoTrack = readonly [left: Float32Array, right: Float32Array];

/** What goes into the room and what stays in front of it. */
export interface Performance {
  readonly room: StereoTrack;
  readonly front: StereoTrack;
}

/**
 * Plays a score. A tone that comes again (most do: arpeggios, drums, repeated chords) is made once and only added again,
 * which is what keeps half a minute of music under a third of a second of CPU.
 */
export function perform(notes: readonly Note[], length: number, sampleRate: number, random: SeededRandom): Performance {
  const track = (): StereoTrack => [new Float32Array(length), new Float32Array(length)];
  const performance: Performance = { room: track(), front: track() };
  const tones = new Map<string, Float32Array>();
  const toneOf = ({ instrument, pitch, seconds }: Note, player: Player, side: string): Float32Array => {
    const key = player.unpitched ? instrument : `${instrument} ${pitch} ${seconds.toFixed(3)} ${side}`;
    const known = tones.get(key);
    if (known !== undefined) return known;
    const made = player.voice({ frequency: frequencyOf(pitch), seconds, sampleRate, random });
    tones.set(key, made);
    return made;
  };
  for (const note of notes) {
    const player = ORCHESTRA[note.instrument];
    const [left, right] = player.inRoom ? performance.room : performance.front;
    const start = Math.round(note.start * sampleRate);
    const level = note.level * player.gain;
    // Equal power, so that a note is as loud at the side as in the middle.
    const angle = ((note.pan + 1) * Math.PI) / 4;
    const tone = toneOf(note, player, 'left');
    add(tone, left, start, level * Math.cos(angle));
    add(player.wide ? toneOf(note, player, 'right') : tone, right, start, level * Math.sin(angle));
  }
  return performance;
}

function add(tone: Float32Array, track: Float32Array, start: number, gain: number): void {
  const end = Math.min(tone.length, track.length - start);
  for (let i = 0; i < end; i += 1) track[start + i] = (track[start + i] ?? 0) + (tone[i] ?? 0) * gain;
}
