import { CallError } from '@callsheet/protocol';
import { languageByScript } from '../script/language.ts';
import { NO_VOICE, type Voice } from './voices.ts';

/** Three quarters of an hour of speech; more is better made in parts. */
export const MOST_CHARACTERS = 40_000;
const RATES = { lowest: 0.5, highest: 2 };
/** A few foreign names in an English text are shown and skipped; more would leave holes in what is heard. */
const FOREIGN_SHARE = 0.15;

/**
 * Checks at the door what `speak` can do, so that a caller hears it before a thread is paid for.
 * @throws CallError INVALID_PARAMS for a text that is too long, a rate out of range, or a script the voice cannot read
 */
export function checkSpeakable(text: string, voice: Voice, rate: number): void {
  if (!(rate >= RATES.lowest && rate <= RATES.highest)) {
    throw new CallError(
      'INVALID_PARAMS',
      `Cannot speak at rate "${rate}"; give a number from ${RATES.lowest} to ${RATES.highest}`,
    );
  }
  if (text.length > MOST_CHARACTERS) {
    throw new CallError(
      'INVALID_PARAMS',
      `Cannot speak ${text.length} characters at once; give at most ${MOST_CHARACTERS} and join the parts`,
    );
  }
  if (voice.id === NO_VOICE) return;
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const foreign = text.match(/[^\P{L}\p{Script=Latin}\p{Script=Greek}]/gu);
  if (foreign !== null && foreign.length > letters * FOREIGN_SHARE) {
    throw new CallError(
      'INVALID_PARAMS',
      `Cannot speak "${text.trim().slice(0, 24)}" with voice "${voice.id}": the text is ${languageName(foreign.join(''))} ` +
        `and the voice speaks English; use a voice for that language, or "${NO_VOICE}" for captions only`,
    );
  }
}

function languageName(letters: string): string {
  const language = languageByScript(letters);
  const name = language === undefined ? undefined : new Intl.DisplayNames('en', { type: 'language' }).of(language);
  return name === undefined ? 'in another script' : `in ${name}`;
}
