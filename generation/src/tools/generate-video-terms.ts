import type { Tool } from '@callsheet/protocol';
import { LANGUAGE } from '../schemas/definitions.ts';
import { array, boolean, integer, object, oneOf, string } from '../schemas/keywords.ts';
import { scenesOf } from '../script/scenes.ts';
import { findTerms, termsPerScene } from '../script/terms.ts';

type Arguments = {
  readonly video_subject: string;
  readonly video_script: string;
  readonly amount?: number;
  readonly per_scene?: boolean;
  readonly language?: string;
};

type Terms = {
  readonly terms: readonly string[];
  readonly scenes?: readonly (readonly string[])[];
  readonly provider: string;
  readonly method: 'keyphrase';
};

/** Finds search terms in a script. */
export function generateVideoTerms(): Tool<Arguments, Terms> {
  return {
    name: 'generate_video_terms',
    title: 'Find search terms',
    description:
      'Finds short search terms in a video script, best first, for choosing pictures or stock footage. Deterministic, needs no network.',
    category: 'script',
    input: object(
      {
        video_subject: string({ minLength: 1, maxLength: 500, description: 'What the video is about.' }),
        video_script: string({ minLength: 1, maxLength: 200_000, description: 'The narration.' }),
        amount: integer({ minimum: 1, maximum: 20, default: 5, description: 'How many terms to return at most.' }),
        per_scene: boolean({ default: false, description: 'true: also return terms for each scene by itself.' }),
        language: LANGUAGE,
      },
      ['video_subject', 'video_script'],
    ),
    output: object(
      {
        terms: array(string()),
        scenes: array(array(string()), { description: 'Terms of each scene, in order.' }),
        provider: string(),
        method: oneOf(['keyphrase']),
      },
      ['terms', 'provider', 'method'],
    ),
    execution: 'call',
    idempotent: true,
    readOnly: true,
    cache: { ttlMs: 3_600_000, scope: 'principal' },
    timeoutMs: 30_000,
    slots: 'cpu',
    async run({ video_subject: subject, video_script: script, amount = 5, per_scene: perScene, language }, { signal }) {
      const terms = await findTerms({ subject, script, amount, language, signal });
      const found = { terms, provider: 'local', method: 'keyphrase' } as const;
      if (perScene !== true) return found;
      const scenes = scenesOf(script, language).map(({ text }) => text);
      return { ...found, scenes: termsPerScene(scenes, amount, subject, language) };
    },
  };
}
