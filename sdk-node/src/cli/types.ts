import { readFile } from 'node:fs/promises';
import type { ToolInfo } from '@callsheet/protocol';
import type { NodeClient } from '../client.ts';
import { declarationsOf } from '../types/declarations.ts';
import type { Command } from './command-line.ts';
import { faultOf } from './drift-report.ts';
import { noTool } from './no-tool.ts';
import { printable } from './printable.ts';
import { type Terminal, writeAll } from './terminal.ts';
import { unlessInterrupted } from './unless-interrupted.ts';
import { UsageError } from './usage-error.ts';
import { writeIfChanged } from './write-if-changed.ts';

/** Writes the tools of the gateway down as TypeScript: to standard output, into a file, or only to compare it with one. */
export async function types(
  { target, tools }: Extract<Command, { readonly name: 'types' }>,
  client: NodeClient,
  terminal: Terminal,
): Promise<void> {
  const { stdout, stderr, interrupt } = terminal;
  const file = target?.action === 'check' ? await textOf(target.file) : '';
  // A file is compared with the tools it was made for, unless other ones are named.
  const patterns = tools ?? writtenPatterns(file);
  const catalogue = await unlessInterrupted(client.catalog(), interrupt);
  const command = ['callsheet types', ...(patterns === undefined ? [] : ['--tools', inShell(patterns.join(','))])].join(
    ' ',
  );
  const chosen = choose(catalogue, patterns);
  // A tool that is gone is what a check is there to tell.
  if (chosen.unmatched !== undefined && target?.action !== 'check') {
    throw noTool(chosen.unmatched, catalogue);
  }
  const text = declarationsOf(chosen.tools, { command });
  if (target === undefined) return writeAll(stdout, text);
  const name = printable(target.file);
  if (target.action === 'check') {
    const fault = faultOf(file, text, { file: name, command });
    if (fault !== undefined) throw new Error(fault);
    return writeAll(stderr, `callsheet: ${name} is what the gateway offers\n`);
  }
  const isNew = await writeIfChanged(target.file, text);
  await writeAll(stderr, `callsheet: ${isNew ? 'wrote' : 'left as it is, since nothing changed:'} ${name}\n`);
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`Cannot compare ${printable(path)}: ${why}; callsheet types --out makes it`, { cause });
  }
}

/** The `--tools` that the header of a file says it was made with. */
function writtenPatterns(text: string): readonly string[] | undefined {
  const [, patterns] = /^\/\/ .*: callsheet types --tools '?([\w.*:,-]+)'? --out /m.exec(text) ?? [];
  return patterns?.split(',');
}

/** The tools that one of the patterns fits, and the first pattern that fits none. */
function choose(
  tools: readonly ToolInfo[],
  patterns: readonly string[] | undefined,
): { readonly tools: readonly ToolInfo[]; readonly unmatched: string | undefined } {
  if (patterns === undefined) return { tools, unmatched: undefined };
  const tests = patterns.map((pattern) => ({ pattern, fits: fitting(pattern) }));
  return {
    tools: tools.filter(({ name }) => tests.some(({ fits }) => fits(name))),
    unmatched: tests.find(({ fits }) => !tools.some(({ name }) => fits(name)))?.pattern,
  };
}

function fitting(pattern: string): (name: string) => boolean {
  const parts = pattern.split(/\*+/).map((part) => part.replaceAll('.', '\\.'));
  const whole = new RegExp(`^${parts.join('.*')}$`, 's');
  return (name) => whole.test(name);
}

function inShell(word: string): string {
  return word.includes('*') ? `'${word}'` : word;
}
