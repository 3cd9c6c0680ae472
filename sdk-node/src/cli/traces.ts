import { isJsonObject, type JsonObject } from '@callsheet/protocol';
import type { NodeClient } from '../client.ts';
import { inColumns, rowsOf, text, timeOf } from './in-columns.ts';
import { printJson, type Terminal, writeAll } from './terminal.ts';
import type { WatchCommand } from './watch-line.ts';

/** Lists the last calls that failed or were slow; of one trace, its spans. */
export async function traces(
  { traceId, tool, errors, json }: Extract<WatchCommand, { readonly name: 'traces' }>,
  client: NodeClient,
  terminal: Terminal,
): Promise<void> {
  const params = {
    ...(traceId !== undefined && { traceId }),
    ...(tool !== undefined && { tool }),
    ...(errors && { errors }),
  };
  const answer = await client.request('traces/list', params, { signal: terminal.interrupt });
  if (json) return printJson(terminal, answer);
  const found = rowsOf(answer, 'traces');
  const lines = traceId === undefined ? inColumns(found.map(row)) : found.map(spans).join('');
  await writeAll(terminal.stdout, lines);
}

function row({ traceId, name, startMs, durationMs, requestId, error }: JsonObject): readonly string[] {
  return [text(traceId), timeOf(startMs), took(durationMs), text(name), text(error ?? 'slow'), text(requestId)];
}

/** Each span below the one it belongs to, in the order they began. */
function spans(trace: JsonObject): string {
  const all = [...rowsOf(trace, 'spans')].sort((a, b) => Number(a.startMs) - Number(b.startMs));
  const ids = new Set(all.map(({ spanId }) => spanId));
  const below = (parent: JsonObject | undefined, depth: number): readonly (readonly string[])[] =>
    all
      .filter(({ parentSpanId }) =>
        parent === undefined ? !ids.has(parentSpanId ?? '') : parentSpanId === parent.spanId,
      )
      .flatMap((span) => [spanRow(span, depth, Number(trace.startMs)), ...below(span, depth + 1)]);
  const head = `${text(trace.traceId)}  ${text(trace.requestId)}  ${took(trace.durationMs)}  ${text(trace.error ?? 'slow')}\n`;
  return head + inColumns(below(undefined, 1));
}

function spanRow({ name, kind, startMs, durationMs, status, attributes }: JsonObject, depth: number, from: number) {
  const failed = status === 'error' && isJsonObject(attributes) ? text(attributes['error.type'] ?? 'error') : '';
  return [
    `${'  '.repeat(depth)}${text(name)}`,
    text(kind),
    `+${took(Number(startMs) - from)}`,
    took(durationMs),
    failed,
  ];
}

function took(ms: unknown): string {
  return typeof ms === 'number' ? `${Number(ms.toPrecision(3))} ms` : '';
}
