import { readingSeconds } from '../script/duration.ts';
import { isUnspaced } from '../script/language.ts';
import { wordsOf } from '../script/words.ts';
import type { TimedWord } from '../timed-word.ts';

/**
 * Word times for a text that nobody speaks: each word gets the time a reader needs for it, pauses after punctuation
 * included. Answers times from 0.
 * @param rate 1 = normal, 2 = twice as fast
 */
export function estimatedWords(text: string, rate: number, language?: string): TimedWord[] {
  let at = 0;
  return tokensOf(text, language).map((w) => {
    const start = at;
    at += readingSeconds(isUnspaced(w) ? w : `${w} `, rate);
    return { w, start, end: start + Math.min(at - start, spokenSeconds(w, rate)) };
  });
}

/** Without the pause that its punctuation makes. */
function spokenSeconds(word: string, rate: number): number {
  return Math.max(0.05, readingSeconds(word.replace(/\p{P}+$/u, ''), rate));
}

/** Words with the punctuation that belongs to them; text without spaces is cut at the dictionary's words. */
function tokensOf(text: string, language: string | undefined): string[] {
  return text.split(/\s+/u).flatMap((token) => {
    if (token === '') return [];
    return isUnspaced(token) ? unspacedTokens(token, language) : [token];
  });
}

function unspacedTokens(token: string, language: string | undefined): string[] {
  const tokens: string[] = [];
  let from = 0;
  for (const word of wordsOf(token, language)) {
    const at = token.indexOf(word, from);
    const between = token.slice(from, at);
    // Closing punctuation stays with the word before, opening punctuation goes with the word after.
    const closing = tokens.length === 0 ? '' : (/^[^\p{Ps}\p{Pi}]*/u.exec(between)?.[0] ?? '');
    if (closing !== '') tokens.push(`${tokens.pop() ?? ''}${closing}`);
    tokens.push(between.slice(closing.length) + word);
    from = at + word.length;
  }
  const rest = token.slice(from);
  if (rest === '') return tokens;
  return tokens.length === 0 ? [rest] : [...tokens.slice(0, -1), `${tokens.at(-1)}${rest}`];
}
