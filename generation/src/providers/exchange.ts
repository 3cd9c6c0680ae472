import { channel } from 'node:diagnostics_channel';
import {
  CallError,
  CHANNELS,
  isJsonObject,
  type JsonObject,
  type ObservationChannel,
  type ProviderObservation,
  type TraceContext,
} from '@callsheet/protocol';
import type { Clock } from './clock.ts';

const exchangeStart: ObservationChannel<ProviderObservation> = channel(CHANNELS.providerStart);
const exchangeEnd: ObservationChannel<ProviderObservation> = channel(CHANNELS.providerEnd);

export interface ExchangeFacts {
  readonly provider: string;
  readonly operation: string;
  readonly model: string;
  readonly trace: TraceContext | undefined;
}

/** One exchange with a provider, all its tries together, told to those who listen. */
export class Exchange implements ProviderObservation {
  readonly provider: string;
  readonly operation: string;
  readonly model: string;
  readonly parent: string | undefined;
  readonly startedAt: number;
  durationMs = 0;
  outcome: ProviderObservation['outcome'] = undefined;
  retries = 0;
  units: ProviderObservation['units'] = undefined;
  // No provider here tells what it costs.
  readonly costUsd = undefined;
  readonly credits = undefined;
  readonly quota = undefined;
  traceparent: string | undefined = undefined;
  note: unknown = undefined;

  private constructor({ provider, operation, model, trace }: ExchangeFacts, startedAt: number) {
    this.provider = provider;
    this.operation = operation;
    this.model = model;
    this.parent = trace?.traceparent;
    this.startedAt = startedAt;
  }

  /** Runs it, and tells of its beginning and its end. Rejects with what `run` rejects with. */
  static async during<T>(
    facts: ExchangeFacts,
    clock: Pick<Clock, 'now'>,
    run: (exchange: Exchange) => Promise<T>,
  ): Promise<T> {
    const exchange = new Exchange(facts, clock.now());
    if (exchangeStart.hasSubscribers) exchangeStart.publish(exchange);
    try {
      const answer = await run(exchange);
      exchange.outcome = 'ok';
      return answer;
    } catch (error) {
      exchange.outcome = outcomeOf(error);
      throw error;
    } finally {
      exchange.durationMs = Math.max(0, clock.now() - exchange.startedAt);
      if (exchangeEnd.hasSubscribers) exchangeEnd.publish(exchange);
    }
  }

  /**
   * What the provider is sent, so that what it does joins the trace: the span of this exchange, else the one it is part of. The
   * caller's `tracestate` stays here; it was not written for strangers.
   */
  get headers(): Record<string, string> {
    const traceparent = this.traceparent ?? this.parent;
    return traceparent === undefined ? {} : { traceparent };
  }

  readonly retried = (): void => {
    this.retries += 1;
  };

  /** Takes the tokens out of a report of usage as OpenAI writes it. */
  used({ prompt_tokens: tokensIn, completion_tokens: tokensOut }: JsonObject = {}): void {
    const units = {
      ...(typeof tokensIn === 'number' && { tokens_in: tokensIn }),
      ...(typeof tokensOut === 'number' && { tokens_out: tokensOut }),
    };
    if (Object.keys(units).length > 0) this.units = units;
  }
}

function outcomeOf(error: unknown): NonNullable<ProviderObservation['outcome']> {
  if (!CallError.is(error)) return 'error';
  const { errorName, facts } = error;
  if (errorName === 'CANCELLED') return 'cancelled';
  if (errorName === 'RATE_LIMITED') return 'rate_limited';
  const reason = isJsonObject(facts.details) ? facts.details.reason : undefined;
  return errorName === 'DEADLINE_EXCEEDED' || reason === 'provider_timeout' ? 'timeout' : 'error';
}
