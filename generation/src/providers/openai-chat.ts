import { isJsonObject } from '@callsheet/protocol';
import { cleanText } from '../intake/clean-text.ts';
import type { ChatModel, ChatReply, ChatRequest } from './chat-model.ts';
import { Exchange } from './exchange.ts';
import { type HttpPorts, requestJson } from './http.ts';
import type { RetryPolicy } from './retry.ts';
import { tokenCounts } from './token-counts.ts';
import { upstreamError } from './upstream-error.ts';

export interface OpenAiChatOptions {
  /** How the provider is called in results and errors, e.g. `openai`. */
  readonly provider: string;
  /** Address of the API, version included, e.g. `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  readonly apiKey?: string | undefined;
  readonly model: string;
  /** One try of one completion. Default 120,000. */
  readonly timeoutMs?: number;
  readonly retry?: RetryPolicy;
}

/** Far more than anybody asks a model for here. */
const LONGEST_TEXT = 200_000;

/** A model behind `POST /chat/completions`, as OpenAI, Ollama, LM Studio, vLLM and OpenRouter offer it. */
export function openAiChat(options: OpenAiChatOptions, ports: HttpPorts): ChatModel {
  const { provider, apiKey, model, timeoutMs = 120_000, retry } = options;
  const url = `${options.baseUrl.replace(/\/+$/u, '')}/chat/completions`;
  const secrets = apiKey === undefined ? [] : [apiKey];
  return {
    provider,
    model,
    complete({ messages, temperature, signal, trace }: ChatRequest): Promise<ChatReply> {
      return Exchange.during({ provider, operation: 'chat', model, trace }, ports.clock, async (exchange) => {
        const answer = await requestJson(
          {
            provider,
            url,
            method: 'POST',
            headers: { ...exchange.headers, ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }) },
            body: { model, messages, temperature, stream: false },
            signal,
            timeoutMs,
            secrets,
            retried: exchange.retried,
            ...(retry !== undefined && { retry }),
          },
          ports,
        );
        const usage = isJsonObject(answer) ? tokenCounts(answer.usage) : undefined;
        // Before the answer is read: a refusal has been paid for as well.
        exchange.used(usage);
        return { text: readText(provider, answer), ...(usage !== undefined && { usage }) };
      });
    },
  };
}

/** The first choice's text. A refusal and an answer of another shape are errors, so that neither becomes a script. */
function readText(provider: string, answer: unknown): string {
  const choice = isJsonObject(answer) && Array.isArray(answer.choices) ? answer.choices[0] : undefined;
  const message = isJsonObject(choice) ? choice.message : undefined;
  const content = isJsonObject(message) ? message.content : undefined;
  const refused = isJsonObject(choice) && choice.finish_reason === 'content_filter';
  const refusal = isJsonObject(message) && typeof message.refusal === 'string' ? message.refusal : '';
  if (refused || refusal !== '') {
    const said = refusal === '' ? 'content filter' : refusal;
    throw upstreamError({ provider, reason: 'content_rejected', said, retryable: false, secrets: [] });
  }
  if (typeof content !== 'string') {
    const said = 'the answer has no choices[0].message.content';
    throw upstreamError({ provider, reason: 'answer_unreadable', said, retryable: false, secrets: [] });
  }
  return cleanText(content, { maxLength: LONGEST_TEXT, lines: true });
}
