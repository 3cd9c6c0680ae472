import type { JsonObject } from '@callsheet/protocol';
import type { NodeClient } from '../client.ts';
import type { Command } from './command-line.ts';
import { inColumns, rowsOf, text } from './in-columns.ts';
import { printJson, type Terminal, writeAll } from './terminal.ts';

/** Lists the workers; or, of one tool, why each of them is or is not chosen. */
export async function workers(
  { tool, json }: Extract<Command, { readonly name: 'workers' }>,
  client: NodeClient,
  terminal: Terminal,
): Promise<void> {
  const options = { signal: terminal.interrupt };
  const answer =
    tool === undefined
      ? await client.request('services/list', {}, options)
      : await client.request('services/explain', { tool }, options);
  if (json) return printJson(terminal, answer);
  const rows = rowsOf(answer, 'workers');
  const lines = tool === undefined ? rows.map(listed) : rows.map(explained);
  await writeAll(terminal.stdout, inColumns(lines));
}

function listed({ id, name, state, health, slots, calls, zone, tags, tools }: JsonObject): readonly string[] {
  const many = Array.isArray(tools) ? tools.length : 0;
  const marks = [...(Array.isArray(tags) ? tags : []), ...(typeof zone === 'string' ? [`in ${zone}`] : [])];
  const well = health === 'unhealthy' ? `${state}, unhealthy` : state;
  return [
    text(id),
    text(name),
    text(well),
    many === 1 ? '1 tool' : `${many} tools`,
    `${calls} of ${slots} busy`,
    text(marks.join(' ')),
  ];
}

function explained({ id, name, chosen, because }: JsonObject): readonly string[] {
  return [text(id), text(name), chosen === true ? 'yes' : 'no', text(because)];
}
