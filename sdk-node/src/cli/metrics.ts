import { isJsonObject, type Json, type JsonObject } from '@callsheet/protocol';
import type { NodeClient } from '../client.ts';
import { inColumns, rowsOf, text, timeOf } from './in-columns.ts';
import { printJson, type Terminal, writeAll } from './terminal.ts';
import type { WatchCommand } from './watch-line.ts';

/** Shows what is measured now, how one figure went, or who asks most. */
export async function metrics(
  { what, overSeconds, json }: Extract<WatchCommand, { readonly name: 'metrics' }>,
  client: NodeClient,
  terminal: Terminal,
): Promise<void> {
  const ask = (method: string, params: JsonObject) => client.request(method, params, { signal: terminal.interrupt });
  if (what === 'snapshot') {
    const answer = await ask('metrics/snapshot', {});
    return json ? printJson(terminal, answer) : writeAll(terminal.stdout, inColumns(snapshotRows(answer)));
  }
  if ('top' in what) {
    const answer = await ask('metrics/top', { by: what.top });
    return json ? printJson(terminal, answer) : writeAll(terminal.stdout, inColumns(callerRows(answer)));
  }
  const answer = await ask('metrics/query', { metric: what.metric, ...(overSeconds !== undefined && { overSeconds }) });
  return json ? printJson(terminal, answer) : writeAll(terminal.stdout, course(answer));
}

/** What is 0 everywhere says nothing, and is left out. */
function snapshotRows(answer: Json): readonly (readonly string[])[] {
  const all = isJsonObject(answer) && isJsonObject(answer.metrics) ? answer.metrics : {};
  return Object.entries(all).flatMap(([name, metric]) => {
    if (!isJsonObject(metric)) return [];
    const whole = metric.type === 'histogram' || metric.value !== undefined ? [[text(name), '', figures(metric)]] : [];
    const series = rowsOf(metric, 'series').map((one) => [text(name), labels(one), figures(one)]);
    return [...whole, ...series].filter(([, , shown]) => shown !== '0' && shown !== '');
  });
}

function figures({ value, count, p50, p95, p99 }: JsonObject): string {
  if (count === undefined) return number(value);
  if (count === 0) return '';
  return `${number(count)} times, p50 ${number(p50)}, p95 ${number(p95)}, p99 ${number(p99)}`;
}

function labels({ labels: all }: JsonObject): string {
  return isJsonObject(all)
    ? Object.entries(all)
        .map(([label, value]) => text(`${label}=${value}`))
        .join(' ')
    : '';
}

function callerRows(answer: Json): readonly (readonly string[])[] {
  return rowsOf(answer, 'callers').map(({ principal, count }) => [text(principal), number(count)]);
}

/** A line for each step, the newest last; what nobody knows is a dash. */
function course(answer: Json): string {
  if (!isJsonObject(answer) || !Array.isArray(answer.values)) return '';
  const { values, stepSeconds, until } = answer;
  const at = (nth: number) => Number(until) - (values.length - 1 - nth) * Number(stepSeconds) * 1000;
  return values.map((value, nth) => `${timeOf(at(nth))}  ${number(value)}\n`).join('');
}

/** Whole numbers as they are, others with four digits. */
function number(value: Json | undefined): string {
  if (typeof value !== 'number') return '-';
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(4)));
}
