import { CallError, type ToolInfo } from '@callsheet/protocol';
import { canonicalJson, digest } from './canonical.ts';
import type { OfferedTool } from './offered-tool.ts';

/** What it takes to define a tool; the hash is worked out here. */
export type ToolDraft = ToolInfo & Pick<OfferedTool, 'version'>;

interface Definition {
  readonly text: string;
  readonly tool: OfferedTool;
  uses: number;
}

/**
 * Every offered tool once, however many workers offer it: five hundred workers with the same twenty tools keep twenty
 * definitions in memory. Each is a frozen copy, so that nobody who offered it can change it afterwards.
 */
export class Definitions {
  readonly #byText = new Map<string, Definition>();
  readonly #byTool = new Map<OfferedTool, Definition>();

  get size(): number {
    return this.#byText.size;
  }

  /** The definition equal to each draft, one use more. @throws CallError INVALID_PARAMS when a schema holds what is no JSON. */
  take(drafts: readonly ToolDraft[]): readonly OfferedTool[] {
    const texts = drafts.map(textOf);
    return Object.freeze(texts.map((text) => this.#take(text)));
  }

  /** One use less; a definition without use is forgotten. */
  drop(tools: readonly OfferedTool[]): void {
    for (const tool of tools) {
      const definition = this.#byTool.get(tool);
      if (definition === undefined || --definition.uses > 0) continue;
      this.#byTool.delete(tool);
      this.#byText.delete(definition.text);
    }
  }

  #take(text: string): OfferedTool {
    const known = this.#byText.get(text);
    if (known !== undefined) {
      known.uses++;
      return known.tool;
    }
    const draft: ToolDraft = JSON.parse(text);
    const tool = freeze({ ...draft, schemaHash: schemaHash(draft) });
    const definition = { text, tool, uses: 1 };
    this.#byText.set(text, definition);
    this.#byTool.set(tool, definition);
    return tool;
  }
}

function textOf(draft: ToolDraft): string {
  try {
    return canonicalJson(draft);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new CallError(
      'INVALID_PARAMS',
      `Cannot offer the tool "${draft.name}": ${error.message}; send schemas that are plain JSON`,
      { cause: error },
    );
  }
}

function schemaHash({ inputSchema, outputSchema, execution, annotations }: ToolDraft): string {
  const { idempotentHint, readOnlyHint } = annotations;
  return digest(canonicalJson([inputSchema, outputSchema, execution, idempotentHint, readOnlyHint]));
}

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const member of Object.values(value)) freeze(member);
  return Object.freeze(value);
}
