import { readFile } from 'node:fs/promises';
import { isJsonObject, type JsonObject } from '@callsheet/protocol';
import { jsonFault } from './json-fault.ts';
import { printable } from './printable.ts';
import type { Terminal } from './terminal.ts';
import { unlessInterrupted } from './unless-interrupted.ts';
import { UsageError } from './usage-error.ts';

const OPTION = '--params-json';

/** The arguments of a tool as they are given: JSON itself, `@file.json`, or `-` for standard input. Throws UsageError. */
export async function readParams(
  given: string,
  terminal: Pick<Terminal, 'readInput' | 'interrupt'>,
): Promise<JsonObject> {
  if (given === '-') {
    const bytes = await unlessInterrupted(terminal.readInput(terminal.interrupt), terminal.interrupt);
    return parsed(textOf(bytes, 'standard input'), 'standard input');
  }
  if (!given.startsWith('@')) return parsed(given, OPTION);
  const file = given.slice(1);
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw new UsageError(`Cannot read the file of ${OPTION}: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  }
  return parsed(textOf(bytes, file), file);
}

function textOf(bytes: Uint8Array, source: string): string {
  try {
    // Takes a byte order mark off.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new UsageError(`Cannot read ${printable(source)}: it is not UTF-8 text`, { cause });
  }
}

function parsed(text: string, source: string): JsonObject {
  const name = printable(source);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const fault = jsonFault(text);
    const why = fault === undefined ? `: ${String(cause)}` : `:${fault.line}:${fault.column}: ${fault.message}`;
    throw new UsageError(`Cannot read ${name}${why}`, { cause });
  }
  if (!isJsonObject(value)) throw new UsageError(`Cannot use ${name}: expected a JSON object like {"text":"hi"}`);
  return value;
}
