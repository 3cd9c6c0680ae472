import type { JsonObject, Tool } from '@callsheet/protocol';
import { LANGUAGE } from '../schemas/definitions.ts';
import { array, boolean, integer, number, object, oneOf, string } from '../schemas/keywords.ts';
import { readingSeconds } from '../script/duration.ts';
import { wordsOf } from '../script/words.ts';
import { SCRIPT_PROVIDERS, type ScriptModels, type ScriptProvider, writeScript } from '../script/write-script.ts';

type Arguments = {
  readonly video_subject: string;
  readonly language?: string;
  readonly paragraph_number?: number;
  readonly source_text?: string;
  readonly tone?: string;
  readonly prompt?: string;
  readonly target_duration_s?: number;
  readonly provider?: ScriptProvider;
};

type Script = {
  readonly script: string;
  readonly word_count: number;
  readonly estimated_duration: number;
  readonly paragraphs: readonly string[];
  readonly scenes: readonly { readonly title: string; readonly text: string }[];
  readonly provider: string;
  readonly model?: string;
  readonly method: 'llm' | 'extractive' | 'outline';
  readonly grounded: boolean;
  readonly notice?: string;
  readonly usage?: JsonObject;
};

/** Narrations of short videos last about this long when nobody says otherwise. */
const DEFAULT_NARRATION_SECONDS = 35;

/** Writes the narration of a video. */
export function generateVideoScript(models: ScriptModels): Tool<Arguments, Script> {
  return {
    name: 'generate_video_script',
    title: 'Write a video script',
    description:
      'Writes the narration of a short video. With a language model it writes freely; without one it takes the best sentences of source_text, or, without source_text, returns an outline of questions that contains no facts. Read "method", "grounded" and "notice" before using the result.',
    category: 'script',
    input: INPUT,
    output: OUTPUT,
    execution: 'call',
    idempotent: true,
    // A configured model may cost money: whoever spends it needs leave, and it is written down.
    readOnly: models.configured === undefined,
    cache: { ttlMs: 600_000, scope: 'principal' },
    timeoutMs: 300_000,
    slots: 'network',
    async run(args, { signal, trace, dryRun }) {
      const written = await writeScript(
        {
          subject: args.video_subject,
          paragraphs: args.paragraph_number ?? 1,
          targetSeconds: args.target_duration_s ?? DEFAULT_NARRATION_SECONDS,
          language: args.language,
          sourceText: args.source_text,
          tone: args.tone,
          prompt: args.prompt,
          provider: dryRun ? 'local' : (args.provider ?? 'auto'),
          signal,
          trace,
        },
        // A model may cost money; what is written without one does not.
        dryRun ? {} : models,
      );
      const script = written.paragraphs.join('\n\n');
      const seconds = Math.round(readingSeconds(script) * 10) / 10;
      return { script, word_count: wordsOf(script, args.language).length, estimated_duration: seconds, ...written };
    },
  };
}

const INPUT = object(
  {
    video_subject: string({ minLength: 1, maxLength: 500, description: 'What the video is about.' }),
    language: LANGUAGE,
    paragraph_number: integer({ minimum: 1, maximum: 10, default: 1, description: 'How many paragraphs to write.' }),
    source_text: string({
      maxLength: 200_000,
      description: 'Text to draw on. Without a language model the script consists of its sentences, word for word.',
    }),
    tone: string({ maxLength: 200, description: 'E.g. "warm and curious". Only a language model can follow it.' }),
    prompt: string({ maxLength: 2000, description: 'Further wishes. Only a language model can follow them.' }),
    target_duration_s: number({
      minimum: 5,
      maximum: 600,
      default: DEFAULT_NARRATION_SECONDS,
      description: 'How long the narration should last, in seconds.',
    }),
    provider: oneOf(SCRIPT_PROVIDERS, {
      default: 'auto',
      description:
        'auto: the best that is there. openai: the configured OpenAI-compatible server. ollama: a local Ollama. local: no language model.',
    }),
  },
  ['video_subject'],
);

const OUTPUT = object(
  {
    script: string({ description: 'The whole narration, paragraphs parted by blank lines.' }),
    word_count: integer({ minimum: 0 }),
    estimated_duration: number({ description: 'Reading time in seconds.' }),
    paragraphs: array(string()),
    scenes: array(object({ title: string(), text: string() }, ['title', 'text'])),
    provider: string(),
    model: string(),
    method: oneOf(['llm', 'extractive', 'outline']),
    grounded: boolean({ description: 'true only when every sentence is taken from source_text.' }),
    notice: string({ description: 'What to know about how it was written.' }),
    usage: { type: 'object', description: 'Tokens as the provider reported them.' },
  },
  ['script', 'word_count', 'estimated_duration', 'paragraphs', 'scenes', 'provider', 'method', 'grounded'],
);
