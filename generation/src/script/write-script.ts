import { CallError, type JsonObject } from '@callsheet/protocol';
import type { ChatModel } from '../providers/chat-model.ts';
import type { FindModel } from '../providers/ollama.ts';
import { readingSeconds } from './duration.ts';
import { extractSentences } from './extractive.ts';
import { isUnspaced } from './language.ts';
import { type ModelScriptRequest, SOURCE_CHARACTERS, writeWithModel } from './llm.ts';
import { OUTLINE_NOTICE, outline } from './outline.ts';
import { partition } from './partition.ts';
import { type Scene, titleOf } from './scenes.ts';

export const SCRIPT_PROVIDERS = ['auto', 'openai', 'ollama', 'local'] as const;
export type ScriptProvider = (typeof SCRIPT_PROVIDERS)[number];

/** The language models this installation can reach. */
export interface ScriptModels {
  /** An OpenAI-compatible server from the configuration. */
  readonly configured?: ChatModel;
  /** Looks for a local one; absent when detection is off. */
  readonly findOllama?: FindModel;
}

export interface ScriptRequest extends ModelScriptRequest {
  readonly provider: ScriptProvider;
}

export interface WrittenScript {
  readonly paragraphs: readonly string[];
  readonly scenes: readonly Scene[];
  readonly provider: string;
  readonly model?: string;
  readonly method: 'llm' | 'extractive' | 'outline';
  /** True only when every sentence is the caller's own. */
  readonly grounded: boolean;
  /** What the caller should know about how it was written. */
  readonly notice?: string;
  readonly usage?: JsonObject;
}

/**
 * Writes a script by the best means at hand: the provider asked for, else the configured language model, else a local one
 * that answers, else sentences of source_text, else an outline of questions. When a model fails and no provider was asked
 * for, the next means is taken and `notice` says so; a provider that was asked for fails the call.
 */
export async function writeScript(request: ScriptRequest, models: ScriptModels): Promise<WrittenScript> {
  const notices: string[] = [];
  for (const candidate of candidatesFor(request.provider, models)) {
    const model = await candidate.find(request.signal);
    if (model === undefined) {
      if (request.provider !== 'auto') throw notThere(candidate.name);
      continue;
    }
    try {
      return await byModel(model, request);
    } catch (error) {
      if (request.provider !== 'auto' || request.signal.aborted) throw error;
      notices.push(`${CallError.is(error) ? error.message : `Provider "${model.provider}" failed`}.`);
    }
  }
  if (request.tone !== undefined || request.prompt !== undefined) notices.push(NOT_FOLLOWED);
  const written = await withoutModel(request);
  if (written.notice !== undefined) notices.push(written.notice);
  return notices.length === 0 ? written : { ...written, notice: notices.join(' ') };
}

const CUT_SHORT = `The language model read the first ${SOURCE_CHARACTERS} characters of source_text.`;
const NOT_FOLLOWED = 'Only a language model can follow "tone" and "prompt"; they were left aside.';

interface Candidate {
  readonly name: string;
  readonly find: FindModel;
}

function candidatesFor(provider: ScriptProvider, { configured, findOllama }: ScriptModels): Candidate[] {
  const all: Candidate[] = [
    { name: 'openai', find: async () => configured },
    { name: 'ollama', find: findOllama ?? (async () => undefined) },
  ];
  return provider === 'auto' ? all : all.filter(({ name }) => name === provider);
}

function notThere(provider: string): CallError {
  return provider === 'openai'
    ? new CallError(
        'UPSTREAM_ERROR',
        'Cannot use provider "openai": none is configured; set the llm base URL and model',
        {
          details: { reason: 'unauthorized_provider', provider },
        },
      )
    : new CallError(
        'UPSTREAM_ERROR',
        `Cannot use provider "${provider}": nothing answers; start it or enable detection`,
        {
          retryable: true,
          details: { reason: 'provider_unreachable', provider },
        },
      );
}

async function byModel(model: ChatModel, request: ScriptRequest): Promise<WrittenScript> {
  const { scenes, usage } = await writeWithModel(model, request);
  const taken = new Set<string>();
  return {
    paragraphs: scenes.map(({ text }) => text),
    scenes: scenes.map(({ title, text }) => ({ title: title ?? titleOf(text, request.language, taken), text })),
    provider: model.provider,
    model: model.model,
    method: 'llm',
    grounded: false,
    ...((request.sourceText?.length ?? 0) > SOURCE_CHARACTERS && { notice: CUT_SHORT }),
    ...(usage !== undefined && { usage }),
  };
}

async function withoutModel(request: ScriptRequest): Promise<WrittenScript> {
  const { subject, paragraphs, targetSeconds, language, sourceText, signal } = request;
  if (sourceText === undefined || sourceText.trim() === '') {
    const texts = outline({ subject, paragraphs, targetSeconds, language });
    return { ...told(texts, language), provider: 'local', method: 'outline', grounded: false, notice: OUTLINE_NOTICE };
  }
  const sentences = await extractSentences({ subject, sourceText, targetSeconds, language, signal });
  const groups = partition(sentences, paragraphs, ({ text }) => readingSeconds(text));
  const texts = groups.map((group) => group.map(({ text }) => text).join(isUnspaced(group[0]?.text ?? '') ? '' : ' '));
  return { ...told(texts, language), provider: 'local', method: 'extractive', grounded: true };
}

function told(
  paragraphs: readonly string[],
  language: string | undefined,
): Pick<WrittenScript, 'paragraphs' | 'scenes'> {
  const taken = new Set<string>();
  return { paragraphs, scenes: paragraphs.map((text) => ({ title: titleOf(text, language, taken), text })) };
}
