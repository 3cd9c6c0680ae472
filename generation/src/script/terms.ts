import { setImmediate } from 'node:timers/promises';
import { KeyphraseTable } from './keyphrases.ts';
import { paragraphsOf, slicesOf } from './sentences.ts';

export interface TermRequest {
  readonly subject: string;
  readonly script: string;
  readonly amount: number;
  readonly language?: string | undefined;
  readonly signal: AbortSignal;
}

/** Characters taken between two rests of the event loop. */
const SLICE_CHARACTERS = 8000;

/**
 * Search terms of a script, best first, lower case. The subject fills up when the script has fewer phrases than asked, so
 * the answer is never empty. Rests between slices, so that a script of 200,000 characters does not hold up the event loop.
 */
export async function findTerms({ subject, script, amount, language, signal }: TermRequest): Promise<string[]> {
  const table = new KeyphraseTable();
  let unrested = 0;
  for (const slice of paragraphsOf(script).flatMap(slicesOf)) {
    table.add(slice, language);
    unrested += slice.length;
    if (unrested > SLICE_CHARACTERS) {
      unrested = 0;
      await setImmediate(undefined, { signal });
    }
  }
  const terms = table.best(amount, subject).map(({ text }) => text.toLowerCase());
  const ofSubject = subject.trim().toLowerCase();
  return terms.length < amount && !terms.includes(ofSubject) ? [...terms, ofSubject] : terms;
}

/** Terms of each scene by itself. */
export function termsPerScene(
  scenes: readonly string[],
  amount: number,
  subject: string,
  language?: string,
): string[][] {
  return scenes.map((scene) => {
    const table = new KeyphraseTable();
    table.add(scene, language);
    return table.best(amount, subject).map(({ text }) => text.toLowerCase());
  });
}
