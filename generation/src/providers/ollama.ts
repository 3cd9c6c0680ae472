import { isJsonObject } from '@callsheet/protocol';
import type { ChatModel } from './chat-model.ts';
import { type HttpPorts, requestJson } from './http.ts';
import { openAiChat } from './openai-chat.ts';

export interface OllamaOptions {
  /** Default `http://127.0.0.1:11434`. */
  readonly url?: string | undefined;
  /** Which of its models to use; default the first that is no embedding model. */
  readonly model?: string | undefined;
}

/** Finds the model to use, or undefined when nothing answers. */
export type FindModel = (signal: AbortSignal) => Promise<ChatModel | undefined>;

const DEFAULT_URL = 'http://127.0.0.1:11434';
const PROBE_TIMEOUT_MS = 300;
const REMEMBER_MS = 60_000;

/**
 * Looks for an Ollama server with `GET /api/tags`. The answer, also «nobody there», is remembered for a minute, and callers
 * that ask at the same time share one look.
 */
export function findOllama(options: OllamaOptions, ports: HttpPorts): FindModel {
  const url = (options.url ?? DEFAULT_URL).replace(/\/+$/u, '');
  let known: { readonly model: Promise<ChatModel | undefined>; readonly until: number } | undefined;
  return async (signal) => {
    signal.throwIfAborted();
    const now = ports.clock.now();
    if (known === undefined || now >= known.until)
      known = { model: probe(url, options.model, ports), until: now + REMEMBER_MS };
    return known.model;
  };
}

/**
 * Told to nobody who listens to exchanges: it is part of no call, and nobody there is no fault of a provider.
 *
 * Not bound to the caller's signal: the answer is for all who ask within the minute, and it takes 300 ms at most.
 */
async function probe(url: string, wanted: string | undefined, ports: HttpPorts): Promise<ChatModel | undefined> {
  let answer: unknown;
  try {
    answer = await requestJson(
      {
        provider: 'ollama',
        url: `${url}/api/tags`,
        method: 'GET',
        signal: new AbortController().signal,
        timeoutMs: PROBE_TIMEOUT_MS,
        retry: { retries: 0, baseMs: 0, capMs: 0 },
      },
      ports,
    );
  } catch {
    return undefined;
  }
  const names = modelNames(answer);
  const model =
    wanted === undefined
      ? names.find((name) => !/embed|bge|minilm/iu.test(name))
      : names.find((name) => sameModel(name, wanted));
  return model === undefined ? undefined : openAiChat({ provider: 'ollama', baseUrl: `${url}/v1`, model }, ports);
}

/** `llama3` means `llama3:latest`. */
function sameModel(name: string, wanted: string): boolean {
  return name === wanted || name === `${wanted}:latest`;
}

/** Anything else would end up in requests, results and errors as the server's words. */
const MODEL_NAME = /^[\w.:@/-]{1,200}$/u;

function modelNames(answer: unknown): string[] {
  const models = isJsonObject(answer) ? answer.models : undefined;
  if (!Array.isArray(models)) return [];
  const names = models.map((model) => (isJsonObject(model) ? model.name : undefined));
  return names.filter((name) => typeof name === 'string').filter((name) => MODEL_NAME.test(name));
}
