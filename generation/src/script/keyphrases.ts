import { isUnspaced } from './language.ts';
import { LINKING_WORDS } from './stop-words.ts';
import { contentWords, foldWord, isContentWord, wordsOf } from './words.ts';

/** A phrase that says what a text is about. */
export interface Keyphrase {
  /** As it stands in the text at its first place. */
  readonly text: string;
  readonly score: number;
}

interface Entry {
  readonly text: string;
  readonly words: readonly string[];
  readonly order: number;
  count: number;
}

const LONGEST_PHRASE = 3;
/** The dictionary's words are half of what a space would part. */
const LONGEST_UNSPACED_PHRASE = 2;
/** A table of more different phrases than this is no longer about anything; new ones are not added. */
const MOST_PHRASES = 4000;
/** Punctuation that a phrase never crosses. Hyphens and apostrophes inside words are not among it. */
const BREAKS = /[.,;:!?…()[\]{}"“”«»—–|/\\。，；：！？、（）「」『』《》\n\r\t]+/u;

/**
 * Collects keyphrases the way RAKE does (Rose et al., 2010): runs of content words between stop words and punctuation; a
 * word weighs its degree over its frequency, a phrase the sum of its words, and how often it comes back.
 */
export class KeyphraseTable {
  readonly #entries = new Map<string, Entry>();
  readonly #frequency = new Map<string, number>();
  readonly #degree = new Map<string, number>();

  /** Adds a piece of text. Linear in its length. */
  add(text: string, language?: string): void {
    for (const clause of text.split(BREAKS)) {
      for (const run of runsOf(clause, language)) this.#addRun(run, isUnspaced(clause));
    }
  }

  /** The best phrases, best first, none made of words that a better one already has. */
  best(count: number, subject = ''): Keyphrase[] {
    const wanted = new Set(contentWords(subject));
    const ranked = [...this.#entries.values()]
      .map((entry) => ({ entry, score: this.#score(entry, wanted) }))
      .sort((a, b) => b.score - a.score || a.entry.order - b.entry.order);
    const chosen: Keyphrase[] = [];
    const used = new Set<string>();
    for (const { entry, score } of ranked) {
      if (chosen.length === count) break;
      const fresh = entry.words.filter((word) => !used.has(word)).length;
      if (fresh * 2 <= entry.words.length) continue;
      for (const word of entry.words) used.add(word);
      chosen.push({ text: entry.text, score });
    }
    return chosen;
  }

  #addRun(run: readonly string[], unspaced: boolean): void {
    const words = run.map(foldWord);
    for (const word of words) {
      this.#frequency.set(word, (this.#frequency.get(word) ?? 0) + 1);
      this.#degree.set(word, (this.#degree.get(word) ?? 0) + words.length);
    }
    const key = words.join(' ');
    const known = this.#entries.get(key);
    if (known !== undefined) known.count += 1;
    else if (this.#entries.size < MOST_PHRASES) {
      this.#entries.set(key, { text: run.join(unspaced ? '' : ' '), words, order: this.#entries.size, count: 1 });
    }
  }

  #score({ words, count }: Entry, wanted: ReadonlySet<string>): number {
    const rake = words.reduce((sum, word) => sum + (this.#degree.get(word) ?? 0) / (this.#frequency.get(word) ?? 1), 0);
    const repeated = words.reduce((sum, word) => sum + Math.log2(this.#frequency.get(word) ?? 1), 0) / words.length;
    const about = words.some((word) => wanted.has(word)) ? 1.5 : 1;
    return (Math.sqrt(rake) + repeated + Math.log2(count)) * about;
  }
}

/**
 * Runs of content words, cut to the length of a phrase. A past tense behind a noun is a verb and parts phrases («New York
 * painted its roofs»); in front of one it is an adjective («bleached reefs»).
 */
function* runsOf(clause: string, language: string | undefined): Generator<string[]> {
  const words = wordsOf(clause, language);
  const longest = isUnspaced(clause) ? LONGEST_UNSPACED_PHRASE : LONGEST_PHRASE;
  let run: string[] = [];
  for (const [index, word] of words.entries()) {
    const verb = run.length > 0 && /[^e]ed$/u.test(word);
    if (!verb && (isContentWord(word) || isNamePart(word, words[index + 1]))) {
      run.push(word);
      if (run.length < longest) continue;
    }
    if (run.length > 0) yield run;
    run = [];
  }
  if (run.length > 0) yield run;
}

/** «New» says nothing, and «New York» does. */
function isNamePart(word: string, next: string | undefined): boolean {
  const capital = /^\p{Lu}\p{Ll}/u;
  return next !== undefined && capital.test(word) && capital.test(next) && !LINKING_WORDS.has(word.toLowerCase());
}
