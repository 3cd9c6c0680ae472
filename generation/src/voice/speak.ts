import { CallError } from '@callsheet/protocol';
import { type Pcm, silence } from '../audio/pcm.ts';
import type { TimedWord } from '../timed-word.ts';
import { sharedFlite } from './engine.ts';
import { estimateSpeech } from './estimate.ts';
import type { Flite } from './flite.ts';
import { Narration } from './narration.ts';
import { readAloud } from './reading/read-aloud.ts';
import { sentencesOf } from './reading/sentences.ts';
import { saySentence } from './say-sentence.ts';
import { checkSpeakable } from './speakable.ts';
import { findVoice, fliteSettingOf } from './voices.ts';

export interface SpeakRequest {
  /** English for a speaking voice, any language for `none`; at most 40,000 characters. */
  readonly text: string;
  /** A voice id, `auto`, or `none` for silence with estimated word times. */
  readonly voice: string;
  /** 0.5 to 2; 1 is the voice's own pace. */
  readonly rate: number;
}

export interface Speech {
  /** Mono. */
  readonly pcm: Pcm;
  /** In order; joined with spaces they show the text as it was written (scripts without spaces: joined without). */
  readonly words: readonly TimedWord[];
  /** `exact`: every word from the engine's own sound times. `estimated`: some or all by their length. */
  readonly timingQuality: 'exact' | 'estimated';
}

const SILENT_RATE = 8_000;
const MOST_SILENT_SECONDS = 3_600;

/**
 * Reads a text aloud, sentence by sentence. Heavy and synchronous once the engine is loaded: about a fiftieth of the
 * speech's length in CPU time, so it belongs on a worker thread.
 * @param load where the engine comes from; one per thread by default
 * @throws CallError INVALID_PARAMS for an unknown voice, a rate or length out of range, a script the voice cannot read,
 * an hour of silence and more
 */
export async function speak(
  { text, voice: wanted, rate }: SpeakRequest,
  load: () => Promise<Flite> = sharedFlite,
): Promise<Speech> {
  const voice = findVoice(wanted);
  checkSpeakable(text, voice, rate);
  const setting = fliteSettingOf(voice);
  const read = readAloud(text);
  if (setting === undefined || read.every(({ spoken }) => spoken.length === 0)) return unspoken(text, rate);
  const engine = await load();
  const narration = new Narration(rate);
  for (const sentence of sentencesOf(read)) {
    narration.append(saySentence(sentence, engine, setting, rate), sentence.rest);
  }
  return narration.finish();
}

function unspoken(text: string, rate: number): Speech {
  const { words, durationSeconds } = estimateSpeech(text, rate);
  if (durationSeconds > MOST_SILENT_SECONDS) {
    throw new CallError(
      'INVALID_PARAMS',
      `Cannot time ${text.length} characters at once: reading them takes ${Math.round(durationSeconds)} s; give at most an hour`,
    );
  }
  return { pcm: silence(durationSeconds, SILENT_RATE), words, timingQuality: 'estimated' };
}
