import { CallError, type JsonObject, type Tool, type ToolInfo } from '@callsheet/protocol';
import { checkedTool } from './checked-tool.ts';
import type { Check, Schemas } from './schemas.ts';

const NAME = /^[a-z][a-z0-9_]{0,63}$/;

/** A tool with everything that is decided once: its compiled checks and its row in `tools/list`. */
export interface Entry {
  readonly tool: Tool;
  readonly info: ToolInfo;
  readonly checkInput: Check;
}

/** The tools this gateway serves, by name. */
export class Catalogue {
  readonly #entries = new Map<string, Entry>();
  readonly #schemas: Schemas;

  constructor(schemas: Schemas, tools: Iterable<Tool> = []) {
    this.#schemas = schemas;
    for (const tool of tools) this.add(tool);
  }

  /** @throws Error when the name is taken or malformed, or a schema is wrong. */
  add(tool: Tool): void {
    if (!NAME.test(tool.name)) throw new Error(`Cannot serve a tool named "${tool.name}": use ${NAME}`);
    if (this.#entries.has(tool.name)) throw new Error(`Cannot serve "${tool.name}" twice`);
    const checkInput = this.#schemas.compile(tool.input, `the arguments of "${tool.name}"`);
    const checkOutput = this.#schemas.compile(tool.output, `the result of "${tool.name}"`);
    this.#entries.set(tool.name, { tool: checkedTool(tool, checkOutput), info: describe(tool), checkInput });
  }

  find(name: string): Tool | undefined {
    return this.#entries.get(name)?.tool;
  }

  /** @throws CallError TOOL_NOT_FOUND */
  entry(name: string): Entry {
    const entry = this.#entries.get(name);
    if (entry === undefined) {
      throw new CallError('TOOL_NOT_FOUND', `Cannot find a tool named "${name.slice(0, 64)}"; see tools/list`);
    }
    return entry;
  }

  /** Every row, in the order of names. */
  list(): ToolInfo[] {
    return [...this.#entries.values()].map((entry) => entry.info).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  get size(): number {
    return this.#entries.size;
  }
}

function describe(tool: Tool): ToolInfo {
  return Object.freeze({
    name: tool.name,
    title: tool.title,
    description: tool.description,
    category: tool.category,
    inputSchema: tool.input as JsonObject,
    outputSchema: tool.output as JsonObject,
    execution: tool.execution,
    annotations: {
      idempotentHint: tool.idempotent ?? false,
      readOnlyHint: tool.readOnly ?? false,
      ...(tool.cache && { cacheTtlMs: tool.cache.ttlMs }),
      timeoutMs: tool.timeoutMs,
    },
  });
}
