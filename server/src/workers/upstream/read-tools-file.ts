import { isJsonObject, type JsonObject } from '@callsheet/protocol';

/** A tool of a server that cannot list its tools. */
export interface ListedTool {
  /** As in `tools/list`. */
  readonly row: JsonObject & { readonly name: string };
  /** What it is called there. */
  readonly method: string;
}

const FIELDS: ReadonlySet<string> = new Set([
  ...['name', 'method', 'version', 'title', 'description', 'category', 'inputSchema', 'outputSchema'],
  ...['execution', 'idempotent', 'readOnly', 'timeoutMs', 'cacheTtlMs'],
]);
const LONGEST_METHOD = 256;

/**
 * Reads a file that lists the tools of a JSON-RPC server: an array of objects with `name`, `method` and `inputSchema`, and as
 * far as known `title`, `description`, `category`, `version`, `outputSchema`, `idempotent`, `readOnly`, `timeoutMs`,
 * `cacheTtlMs`. The registry checks the rest when the tools are offered.
 *
 * @param file as it is called in what is said about it.
 * @throws Error naming the tool and the field.
 */
export function readToolsFile(text: string, file: string): readonly ListedTool[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (cause) {
    throw new Error(`Cannot use the list of tools "${file}": it is not JSON`, { cause });
  }
  if (!Array.isArray(list) || list.length === 0) {
    throw new Error(`Cannot use the list of tools "${file}": expected an array of at least one tool`);
  }
  const names = new Set<string>();
  return list.map((entry: unknown, at) => {
    const wrong = (what: string): Error =>
      new Error(`Cannot use the list of tools "${file}": tool ${at + 1}${labelOf(entry)} ${what}`);
    if (!isJsonObject(entry)) throw wrong('is no object');
    const strange = Object.keys(entry).find((field) => !FIELDS.has(field));
    if (strange !== undefined)
      throw wrong(`has no field ${JSON.stringify(strange.slice(0, 64))}; known are ${[...FIELDS].join(', ')}`);
    const { name, method, idempotent = false, readOnly = false, timeoutMs, cacheTtlMs, ...rest } = entry;
    if (typeof name !== 'string' || !/^[a-z][a-z0-9_]{0,63}$/.test(name)) {
      throw wrong('lacks a "name" of 1 to 64 of a-z 0-9 _, beginning with a letter');
    }
    if (names.has(name)) throw wrong('is listed twice');
    names.add(name);
    if (typeof method !== 'string' || method.length < 1 || method.length > LONGEST_METHOD) {
      throw wrong(`lacks a "method" of 1 to ${LONGEST_METHOD} characters: what the server calls it`);
    }
    if (!isJsonObject(rest.inputSchema)) throw wrong('lacks an "inputSchema", a JSON Schema of its params');
    if (rest.execution !== undefined && rest.execution !== 'call' && rest.execution !== 'job') {
      throw wrong('has an "execution" that is neither "call" nor "job"');
    }
    const annotations: JsonObject = {
      idempotentHint: idempotent,
      readOnlyHint: readOnly,
      ...(timeoutMs !== undefined && { timeoutMs }),
      ...(cacheTtlMs !== undefined && { cacheTtlMs }),
    };
    return { method, row: { ...rest, name, annotations } };
  });
}

function labelOf(entry: unknown): string {
  const name = isJsonObject(entry) ? entry.name : undefined;
  return typeof name === 'string' ? `, ${JSON.stringify(name.slice(0, 64))},` : '';
}
