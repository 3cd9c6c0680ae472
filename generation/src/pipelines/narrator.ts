import { findVoice, NO_VOICE, type Voice } from '../voice/voices.ts';
import { spokenLanguage } from './spoken-language.ts';
import type { VideoRequest } from './video-request.ts';

/** Who tells the story, and what the caller should know about it. */
export interface Narrator {
  readonly voice: Voice;
  /** False: captions and music tell it. */
  readonly speaks: boolean;
  readonly notice?: string;
}

/**
 * The voice for a script. A voice that was named is taken as it is; left to us, a script in a language that no voice here
 * speaks is told by captions, with a notice, rather than mispronounced.
 */
export function narratorFor(request: VideoRequest, script: string): Narrator {
  const { name } = request.voice;
  if (name !== '' && name !== 'auto') {
    const voice = findVoice(name);
    return { voice, speaks: voice.id !== NO_VOICE };
  }
  const voice = findVoice('auto');
  const language = spokenLanguage(script, request.language);
  if (language === 'en') return { voice, speaks: true };
  const what = language === 'und' ? 'a language other than English' : `"${language}"`;
  const notice = `The script is in ${what}, and the voices here speak English: the video is told by captions and music, timed by reading speed. Name a voice to have it spoken all the same.`;
  return { voice: findVoice(NO_VOICE), speaks: false, notice };
}
