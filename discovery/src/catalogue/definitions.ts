import { CallError, type JsonObject, type ToolInfo } from '@callsheet/protocol';
import { canonicalJson, digest } from './canonical.ts';
import type { OfferedTool } from './offered-tool.ts';

/** What it takes to define a tool; the hash is worked out here. */
export type ToolDraft = ToolInfo & Pick<OfferedTool, 'version'>;

/** A draft as text, in the two parts that matter to different people. */
interface DraftText {
  readonly draft: ToolDraft;
  /** All a caller relies on. */
  readonly contract: string;
  /** Everything. */
  readonly whole: string;
}

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
  #charactersDefined = 0;

  get size(): number {
    return this.#byText.size;
  }

  /** Of everything that was new when it came, since the start: what is known already costs nothing. */
  get charactersDefined(): number {
    return this.#charactersDefined;
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

  #take(text: DraftText): OfferedTool {
    const known = this.#byText.get(text.whole);
    if (known !== undefined) {
      known.uses++;
      return known.tool;
    }
    const definition = { text: text.whole, tool: define(text), uses: 1 };
    this.#charactersDefined += text.whole.length;
    this.#byText.set(definition.text, definition);
    this.#byTool.set(definition.tool, definition);
    return definition.tool;
  }
}

function textOf(draft: ToolDraft): DraftText {
  const { name, version, title, description, category, execution, annotations } = draft;
  try {
    const inputSchema = canonicalJson(draft.inputSchema);
    const outputSchema = canonicalJson(draft.outputSchema);
    const { idempotentHint, readOnlyHint } = annotations;
    const contract = `${inputSchema},${outputSchema},${canonicalJson([execution, idempotentHint, readOnlyHint])}`;
    const whole = `${canonicalJson([name, version, title, description, category, annotations])},${contract}`;
    return { draft, contract, whole };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new CallError(
      'INVALID_PARAMS',
      `Cannot offer the tool "${name}": ${error.message}; send schemas that are plain JSON`,
      { cause: error },
    );
  }
}

function define({ draft, contract }: DraftText): OfferedTool {
  return freeze({
    ...draft,
    annotations: { ...draft.annotations },
    // Not the canonical text: the order of properties means nothing to a machine and something to whoever reads a form.
    inputSchema: copyOf(draft.inputSchema),
    outputSchema: copyOf(draft.outputSchema),
    schemaHash: digest(contract),
  });
}

function copyOf(schema: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(schema)) as JsonObject;
}

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const member of Object.values(value)) freeze(member);
  return Object.freeze(value);
}
