import type { ProviderObservation } from '@callsheet/protocol';
import { ATTRIBUTE } from '../conventions.ts';
import type { SpanEnd } from '../open-span.ts';
import type { SpanAttributes } from '../span.ts';

/** Units the conventions have names for. */
const NAMED_UNITS: Readonly<Record<string, string>> = {
  tokens_in: ATTRIBUTE.inputTokens,
  tokens_out: ATTRIBUTE.outputTokens,
};

/** An exchange with a provider that has ended. */
export function describeExchange(exchange: ProviderObservation): SpanEnd {
  const { provider, operation, model, outcome, startedAt, durationMs, retries, units, costUsd, credits } = exchange;
  const attributes: SpanAttributes = {
    [ATTRIBUTE.provider]: provider,
    [ATTRIBUTE.operation]: operation,
  };
  if (model !== undefined) attributes[ATTRIBUTE.model] = model;
  if (retries > 0) attributes[ATTRIBUTE.retries] = retries;
  for (const [unit, used] of Object.entries(units ?? {})) {
    attributes[NAMED_UNITS[unit] ?? `${ATTRIBUTE.units}${unit}`] = used;
  }
  if (costUsd !== undefined) attributes[ATTRIBUTE.costUsd] = costUsd;
  if (credits !== undefined) attributes[ATTRIBUTE.credits] = credits;
  const failed = outcome !== undefined && outcome !== 'ok';
  if (failed) attributes[ATTRIBUTE.errorType] = outcome;
  return {
    name: model === undefined ? operation : `${operation} ${model}`,
    kind: 'client',
    startMs: startedAt,
    endMs: startedAt + durationMs,
    attributes,
    failed,
  };
}
