import type { JsonObject, TraceContext } from '@callsheet/protocol';

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  /** 0 to 2. */
  readonly temperature: number;
  readonly signal: AbortSignal;
  /** Of the call it is asked for. */
  readonly trace?: TraceContext | undefined;
}

export interface ChatReply {
  readonly text: string;
  /** Token counts as the provider reported them. */
  readonly usage?: JsonObject;
}

/** A language model that answers conversations, wherever it runs. */
export interface ChatModel {
  /** Machine name, e.g. `openai`. */
  readonly provider: string;
  readonly model: string;
  /** Rejects with UPSTREAM_ERROR, RATE_LIMITED, QUOTA_EXCEEDED, CONTENT_REFUSED or CANCELLED. */
  complete(request: ChatRequest): Promise<ChatReply>;
}
