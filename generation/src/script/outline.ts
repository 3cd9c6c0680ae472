import { CallError } from '@callsheet/protocol';
import { readingSeconds } from './duration.ts';
import { languageByScript, primaryLanguage } from './language.ts';
import { type OutlinePhrases, PHRASES } from './outline-phrases.ts';
import { partition } from './partition.ts';

export interface OutlineRequest {
  readonly subject: string;
  readonly paragraphs: number;
  /** How long the narration should last, in seconds. */
  readonly targetSeconds: number;
  /** BCP 47; when absent, told from the subject's letters, else English. */
  readonly language?: string | undefined;
}

export const OUTLINE_NOTICE =
  'Written without a language model; contains no facts about the subject. Give source_text or video_script, or configure a language model, for a script that informs.';

/**
 * A script that asks instead of asserting: a hook, questions the viewer may have about the subject, a close. Nothing in it
 * is a statement about the subject, because nothing here knows one. Answers paragraphs.
 * Throws NOT_IMPLEMENTED for a language without phrases.
 */
export function outline({ subject, paragraphs, targetSeconds, language }: OutlineRequest): string[] {
  const phrases = phrasesFor(language ?? languageByScript(subject) ?? 'en');
  const name = subject.trim().replace(/[\s.!?。！？]+$/u, '');
  const write = (phrase: string) => phrase.replaceAll('{subject}', name);
  const sentences = [write(phrases.hook)];
  const close = write(phrases.close);
  let seconds = readingSeconds(sentences.join(' ')) + readingSeconds(close);
  for (const question of phrases.questions.map(write)) {
    const enough = sentences.length + 1 >= paragraphs && seconds + readingSeconds(question) > targetSeconds;
    if (enough) break;
    sentences.push(question);
    seconds += readingSeconds(question);
  }
  return partition([...sentences, close], paragraphs, readingSeconds).map((group) => group.join(phrases.space));
}

function phrasesFor(language: string): OutlinePhrases {
  const primary = primaryLanguage(language);
  const phrases = primary === undefined ? undefined : PHRASES[primary];
  if (phrases === undefined) {
    throw new CallError(
      'NOT_IMPLEMENTED',
      `Cannot write an outline in "${language}" without a language model; give source_text or video_script, or use one of ${Object.keys(PHRASES).join(', ')}`,
      { details: { reason: 'unsupported', languages: Object.keys(PHRASES) } },
    );
  }
  return phrases;
}
