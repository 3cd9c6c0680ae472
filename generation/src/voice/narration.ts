import type { Pcm } from '../audio/pcm.ts';
import type { TimedWord } from '../timed-word.ts';
import type { Rest } from './reading/read-aloud.ts';
import type { SaidSentence } from './say-sentence.ts';

/** How long the narrator rests at rate 1. */
const REST_SECONDS: { readonly [rest in Rest]: number } = { none: 0.03, clause: 0.14, sentence: 0.36, paragraph: 0.6 };

/** Sentences one behind the other, with rests between them. */
export class Narration {
  private readonly rate: number;
  private readonly pieces: { readonly samples: Float32Array; readonly at: number }[] = [];
  private readonly words: TimedWord[] = [];
  private timingQuality: 'exact' | 'estimated' = 'exact';
  private sampleRate = 16_000;
  private frames = 0;
  private rest = 0;

  constructor(rate: number) {
    this.rate = rate;
  }

  /** Adds a sentence behind the rest that the one before it asked for. */
  append(sentence: SaidSentence, rest: Rest): void {
    this.sampleRate = sentence.sampleRate;
    this.frames += this.rest;
    const start = this.frames / this.sampleRate;
    this.pieces.push({ samples: sentence.samples, at: this.frames });
    for (const word of sentence.words) {
      this.words.push({ w: word.w, start: start + word.start, end: start + word.end });
    }
    this.frames += sentence.samples.length;
    this.rest = Math.round((REST_SECONDS[rest] / this.rate) * this.sampleRate);
    if (sentence.timingQuality === 'estimated') this.timingQuality = 'estimated';
  }

  /** The whole. The rest behind the last sentence is left to whoever uses it. */
  finish(): { readonly pcm: Pcm; readonly words: readonly TimedWord[]; readonly timingQuality: 'exact' | 'estimated' } {
    const samples = new Float32Array(this.frames);
    for (const piece of this.pieces) samples.set(piece.samples, piece.at);
    return {
      pcm: { sampleRate: this.sampleRate, channels: [samples] },
      words: this.words,
      timingQuality: this.timingQuality,
    };
  }
}
