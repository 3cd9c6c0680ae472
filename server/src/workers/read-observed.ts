import {
  isJsonObject,
  type Json,
  type JsonObject,
  MOST_EXCHANGES,
  type WorkExchange,
  type WorkObserved,
} from '@callsheet/protocol';

const SPAN_ID = /^(?!0+$)[\da-f]{16}$/;
/** Names become labels of metrics and names of spans. */
const NAME = /^[a-z][a-z0-9_.-]{0,63}$/;
const MODEL = /^[\w.:@/+ -]{1,200}$/;
const OUTCOMES: ReadonlySet<WorkExchange['outcome']> = new Set<WorkExchange['outcome']>([
  'ok',
  'error',
  'timeout',
  'rate_limited',
  'cancelled',
]);
const UNITS = ['tokens_in', 'tokens_out', 'characters', 'seconds', 'images'] as const;
const MOST_QUOTAS = 8;
const ONE_DAY_MS = 86_400_000;
const MOST_RETRIES = 1_000;
/** Of one exchange, in any unit. What is above is a mistake, or meant to spoil a sum for ever. */
const MOST_UNITS = 1e9;
const MOST_COST = 10_000;

/**
 * What can be read of what a worker says it observed. It may lie about itself: its durations, providers and costs are its own
 * word. It may not flood, and what is of another shape is left out. Undefined when nothing is left.
 */
export function readObserved(observed: Json | undefined): WorkObserved | undefined {
  if (!isJsonObject(observed)) return undefined;
  const span = isJsonObject(observed.span) ? readSpan(observed.span) : undefined;
  const listed = Array.isArray(observed.providers) ? observed.providers.slice(0, MOST_EXCHANGES) : [];
  const providers = listed.map(readExchange).filter((exchange) => exchange !== undefined);
  if (span === undefined && providers.length === 0) return undefined;
  return { ...(span !== undefined && { span }), ...(providers.length > 0 && { providers }) };
}

function readSpan({ spanId, durationMs: duration }: JsonObject): WorkObserved['span'] {
  const durationMs = upTo(ONE_DAY_MS, duration);
  return isSpanId(spanId) && durationMs !== undefined ? { spanId, durationMs } : undefined;
}

function readExchange(exchange: Json): WorkExchange | undefined {
  if (!isJsonObject(exchange)) return undefined;
  const { provider, operation, outcome, spanId, model } = exchange;
  const afterMs = upTo(ONE_DAY_MS, exchange.afterMs);
  const durationMs = upTo(ONE_DAY_MS, exchange.durationMs);
  if (!isName(provider) || !isName(operation) || !isOutcome(outcome)) return undefined;
  if (afterMs === undefined || durationMs === undefined) return undefined;
  const retries = upTo(MOST_RETRIES, exchange.retries);
  const units = numbers(exchange.units, UNITS, MOST_UNITS);
  const quotas = isJsonObject(exchange.quota) ? Object.keys(exchange.quota).filter(isName).slice(0, MOST_QUOTAS) : [];
  const quota = numbers(exchange.quota, quotas, 1);
  const costUsd = upTo(MOST_COST, exchange.costUsd);
  const credits = upTo(MOST_UNITS, exchange.credits);
  return {
    provider,
    operation,
    outcome,
    afterMs,
    durationMs,
    ...(isSpanId(spanId) && { spanId }),
    ...(typeof model === 'string' && MODEL.test(model) && { model }),
    ...(retries !== undefined && { retries: Math.floor(retries) }),
    ...(units !== undefined && { units }),
    ...(costUsd !== undefined && { costUsd }),
    ...(credits !== undefined && { credits }),
    ...(quota !== undefined && { quota }),
  };
}

/** The members of these names that are numbers from 0 to `most`; undefined when there are none. */
function numbers(from: Json | undefined, names: readonly string[], most: number): Record<string, number> | undefined {
  if (!isJsonObject(from)) return undefined;
  const read: Record<string, number> = {};
  for (const name of names) {
    const value = upTo(most, from[name]);
    if (value !== undefined) read[name] = value;
  }
  return Object.keys(read).length > 0 ? read : undefined;
}

function upTo(most: number, value: Json | undefined): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= most ? value : undefined;
}

function isSpanId(value: Json | undefined): value is string {
  return typeof value === 'string' && SPAN_ID.test(value);
}

function isName(value: Json | undefined): value is string {
  return typeof value === 'string' && NAME.test(value);
}

function isOutcome(value: Json | undefined): value is WorkExchange['outcome'] {
  return OUTCOMES.has(value as WorkExchange['outcome']);
}
