import { readingSeconds } from './duration.ts';
import { KeyphraseTable } from './keyphrases.ts';
import { isUnspaced } from './language.ts';
import { partition } from './partition.ts';
import { paragraphsOf, sentencesOf } from './sentences.ts';
import { wordsOf } from './words.ts';

/** A part of the narration that has one subject, one title and its own pictures. */
export interface Scene {
  readonly title: string;
  readonly text: string;
}

/** A scene shorter than this gives its title no time to be read; it joins its neighbour. */
const SHORTEST_SECONDS = 4;
/** A scene longer than this is cut at a sentence. */
const LONGEST_SECONDS = 14;
const TITLE_WORDS = 3;

/** Cuts a script into scenes: its paragraphs, long ones cut between sentences, very short ones joined. */
export function scenesOf(script: string, language?: string): Scene[] {
  const texts = joinShort(paragraphsOf(script)).flatMap((paragraph) => cutLong(paragraph, language));
  const taken = new Set<string>();
  return texts.map((text) => ({ title: titleOf(text, language, taken), text }));
}

/**
 * A short title made of the scene's own words: its best keyphrase, else its first words.
 * @param taken titles of other scenes, lower case; the new title is added
 */
export function titleOf(text: string, language?: string, taken: Set<string> = new Set()): string {
  const table = new KeyphraseTable();
  table.add(text, language);
  const candidates = [...table.best(5).map((phrase) => phrase.text), firstWords(text, language)];
  const title = candidates.map(capitalise).find((candidate) => candidate !== '' && !taken.has(candidate.toLowerCase()));
  const chosen = title ?? capitalise(firstWords(text, language));
  taken.add(chosen.toLowerCase());
  return chosen;
}

function joinShort(paragraphs: readonly string[]): string[] {
  const joined: string[] = [];
  for (const paragraph of paragraphs) {
    const before = joined.at(-1);
    if (before !== undefined && readingSeconds(before) < SHORTEST_SECONDS) {
      joined[joined.length - 1] = `${before}\n${paragraph}`;
    } else {
      joined.push(paragraph);
    }
  }
  const last = joined.at(-1);
  const before = joined.at(-2);
  if (last !== undefined && before !== undefined && readingSeconds(last) < SHORTEST_SECONDS) {
    joined.splice(-2, 2, `${before}\n${last}`);
  }
  return joined;
}

function cutLong(paragraph: string, language: string | undefined): string[] {
  const seconds = readingSeconds(paragraph);
  if (seconds <= LONGEST_SECONDS) return [paragraph];
  const sentences = [...sentencesOf(paragraph, language)].map(({ text }) => text);
  const parts = Math.ceil(seconds / LONGEST_SECONDS);
  return partition(sentences, parts, readingSeconds).map((group) => group.join(isUnspaced(paragraph) ? '' : ' '));
}

function firstWords(text: string, language: string | undefined): string {
  return wordsOf(text, language)
    .slice(0, TITLE_WORDS)
    .join(isUnspaced(text) ? '' : ' ');
}

/** Title case for English-like text; other letters stay as they are. */
function capitalise(phrase: string): string {
  return phrase.replace(/(?:^|\s)\p{Ll}/gu, (letter) => letter.toUpperCase());
}
