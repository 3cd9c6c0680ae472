import type { TimedWord } from '../timed-word.ts';
import { alignWords, type WordSpan } from './align.ts';
import type { Flite, Utterance } from './flite.ts';
import { PAUSE } from './phones.ts';
import type { ReadWord } from './reading/read-aloud.ts';
import type { SpokenSentence } from './reading/sentences.ts';
import type { FliteSetting } from './voices.ts';

/** One sentence spoken, without the silence around it. */
export interface SaidSentence {
  readonly samples: Float32Array;
  readonly sampleRate: number;
  /** Seconds from the first sample. */
  readonly words: readonly TimedWord[];
  readonly timingQuality: 'exact' | 'estimated';
}

/** More disagreement than this between dictionary and speech means that words were found in the wrong places. */
const MOST_COST = 0.3;
/** Kept around the sounds, so that a soft beginning or a breathy end is not cut. */
const LEAD_SECONDS = 0.03;
const TAIL_SECONDS = 0.06;
const FADE_SECONDS = 0.005;

/** Speaks one sentence and finds its words in it. */
export function saySentence(
  sentence: SpokenSentence,
  engine: Flite,
  { engineName, stretch }: FliteSetting,
  rate: number,
): SaidSentence {
  const said = engine.say({ text: engineText(sentence), voice: engineName, stretch: stretch / rate });
  const sounds = said.phones.filter(({ phone }) => phone !== PAUSE);
  const from = Math.max(0, (sounds[0]?.start ?? 0) - LEAD_SECONDS);
  const to = (sounds.at(-1)?.end ?? 0) + TAIL_SECONDS;
  const { spans, cost } = alignWords(engine.pronounce(sentence.words.map(phraseOf)), said.phones);
  const exact = cost <= MOST_COST && spans.every(({ start, end }) => end > start);
  const times = exact ? spans : shareByLength(sentence.words, from + LEAD_SECONDS, to - TAIL_SECONDS);
  return {
    samples: cut(said, from, to),
    sampleRate: said.sampleRate,
    words: sentence.words.map(({ written }, i) => ({
      w: written,
      start: (times[i]?.start ?? from) - from,
      end: (times[i]?.end ?? from) - from,
    })),
    timingQuality: exact ? 'exact' : 'estimated',
  };
}

function phraseOf(word: ReadWord): string {
  return word.spoken.join(' ');
}

function engineText({ words, asks }: SpokenSentence): string {
  const phrases = words.map((word, i) => {
    const comma = word.rest === 'clause' && i < words.length - 1 ? ',' : '';
    return `${phraseOf(word)}${comma}`;
  });
  return `${phrases.join(' ')}${asks ? '?' : '.'}`;
}

/** Times by the number of letters said, when the sounds could not be told apart. */
function shareByLength(words: readonly ReadWord[], start: number, end: number): WordSpan[] {
  const lengths = words.map((word) => phraseOf(word).length + 1);
  const perLetter = (end - start) / lengths.reduce((sum, length) => sum + length, 0);
  let cursor = start;
  return lengths.map((length) => {
    const span = { start: cursor, end: cursor + length * perLetter };
    cursor = span.end;
    return span;
  });
}

/** A copy of the stretch, its edges faded so that joining it to silence cannot click. */
function cut({ samples, sampleRate }: Utterance, from: number, to: number): Float32Array {
  const piece = samples.slice(Math.round(from * sampleRate), Math.round(to * sampleRate));
  const fade = Math.min(Math.round(FADE_SECONDS * sampleRate), Math.floor(piece.length / 2));
  for (let i = 0; i < fade; i += 1) {
    const last = piece.length - 1 - i;
    piece[i] = (piece[i] ?? 0) * (i / fade);
    piece[last] = (piece[last] ?? 0) * (i / fade);
  }
  return piece;
}
