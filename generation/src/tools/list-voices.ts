import type { Tool } from '@callsheet/protocol';
import { LANGUAGE, TIMING_QUALITY } from '../schemas/definitions.ts';
import { array, boolean, object, oneOf, string } from '../schemas/keywords.ts';
import { primaryLanguage } from '../script/language.ts';
import { VOICES } from '../voice/voices.ts';

type Arguments = { readonly language?: string; readonly provider?: string };

interface ListedVoice {
  readonly voice: string;
  readonly provider: string;
  readonly name: string;
  readonly language?: string;
  readonly gender: string;
  readonly offline: boolean;
  readonly word_timings: string;
}

/** Lists the voices that narrations can have. */
export function listVoices(): Tool<Arguments, { readonly voices: readonly ListedVoice[] }> {
  return {
    name: 'list_voices',
    title: 'List voices',
    description:
      'Lists the voices for synthesize_voice and create_video. "none" makes a video told by captions and music alone, in any language.',
    category: 'voice',
    input: object({
      language: { ...LANGUAGE, description: 'Only voices that speak this language, e.g. "en".' },
      provider: string({ maxLength: 64, description: 'Only voices of this provider.' }),
    }),
    output: object({ voices: array(VOICE) }, ['voices']),
    execution: 'call',
    idempotent: true,
    readOnly: true,
    cache: { ttlMs: 3_600_000, scope: 'public' },
    timeoutMs: 5000,
    run: async ({ language, provider }) => {
      const wanted = primaryLanguage(language);
      return {
        voices: VOICES.filter((voice) => provider === undefined || voice.provider === provider)
          .filter(
            (voice) => language === undefined || voice.language === '' || primaryLanguage(voice.language) === wanted,
          )
          .map(({ id, language: spoken, ...voice }) => ({
            voice: id,
            ...voice,
            ...(spoken !== '' && { language: spoken }),
          })),
      };
    },
  };
}

const VOICE = object(
  {
    voice: string({ description: 'What to give as voice_name.' }),
    provider: string(),
    name: string(),
    language: string({ description: 'BCP 47; absent where any language will do.' }),
    gender: oneOf(['female', 'male', 'none']),
    offline: boolean({ description: 'Needs neither key nor network.' }),
    word_timings: TIMING_QUALITY,
  },
  ['voice', 'provider', 'name', 'gender', 'offline', 'word_timings'],
);
