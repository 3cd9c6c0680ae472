import type { JsonObject, ToolInfo } from '@callsheet/protocol';
import type { NodeClient } from '../client.ts';
import type { Command } from './command-line.ts';
import { followJob } from './follow-job.ts';
import { noTool } from './no-tool.ts';
import { printable } from './printable.ts';
import { ProgressDisplay } from './progress-display.ts';
import { saveResult } from './save-result.ts';
import { printJson, type Terminal, writeAll } from './terminal.ts';
import { unlessInterrupted } from './unless-interrupted.ts';

type Of<Name> = Extract<Command, { readonly name: Name }>;

/** Lists the tools the key may use. */
export async function tools({ json }: Of<'tools'>, client: NodeClient, terminal: Terminal): Promise<void> {
  const list = await unlessInterrupted(client.catalog(), terminal.interrupt);
  if (json) return printJson(terminal, list);
  const width = Math.max(0, ...list.map(({ name }) => name.length));
  const lines = list.map(({ name, execution, title }) => `${name.padEnd(width)}  ${execution.padEnd(4)}  ${title}\n`);
  await writeAll(terminal.stdout, lines.join(''));
}

/** Runs a tool and prints its result; a tool that works long runs as a job, and is shown until it ends. */
export async function run(
  command: Of<'run'>,
  params: JsonObject,
  client: NodeClient,
  terminal: Terminal,
): Promise<void> {
  const { tool, detach, out, route } = command;
  const catalogue = await unlessInterrupted(client.catalog(), terminal.interrupt);
  const info = catalogue.find(({ name }) => name === tool);
  if (info === undefined) throw noTool(tool, catalogue);
  if (detach) {
    const job = await client.submit(tool, params, { signal: terminal.interrupt, ...(route && { route }) });
    if (command.json) return printJson(terminal, { jobId: job.id, status: job.state });
    return writeAll(terminal.stdout, `${printable(job.id)}\n`);
  }
  const result = await resultOf(info, command, params, client, terminal);
  try {
    if (out !== undefined) await saveResult(client, result, out, terminal);
  } finally {
    // A file that could not be saved is still named there.
    await printJson(terminal, result);
  }
}

/** Shows, follows or stops a job. */
export async function job({ id, action }: Of<'job'>, client: NodeClient, terminal: Terminal): Promise<void> {
  const handle = client.job(id);
  if (action === 'follow') return printJson(terminal, await followJob(handle, terminal));
  if (action === 'cancel') await unlessInterrupted(handle.cancel('stopped from the command line'), terminal.interrupt);
  await printJson(terminal, (await unlessInterrupted(handle.status(), terminal.interrupt)).job);
}

async function resultOf(
  { execution }: ToolInfo,
  { tool, route, timeoutMs }: Of<'run'>,
  params: JsonObject,
  client: NodeClient,
  terminal: Terminal,
): Promise<unknown> {
  const { interrupt: signal, stderr, now } = terminal;
  if (execution === 'job')
    return followJob(await client.submit(tool, params, { signal, ...(route && { route }) }), terminal);
  const display = new ProgressDisplay(stderr, now);
  try {
    return await client.call(tool, params, {
      signal,
      ...(route && { route }),
      // Whoever says how long it may take has patience with a tool that says nothing for that long.
      ...(timeoutMs !== undefined && { timeoutMs }),
      onProgress: ({ stage = tool, progress, message }) => display.show({ stage, fraction: progress, message }),
    });
  } finally {
    display.end();
  }
}
