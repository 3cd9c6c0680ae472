import type { OfferedTool, Registry } from '@callsheet/discovery';
import { CallError, isJsonObject, type JsonObject, type Tool, type ToolInfo } from '@callsheet/protocol';
import type { Clock } from '../clock.ts';
import type { Check, OfferedSchemas } from './schemas.ts';
import { type ServedTool, servedTool } from './served-tool.ts';

/** A tool with everything that is decided once: its compiled checks and its row in `tools/list`. */
export interface Entry {
  readonly tool: ServedTool;
  readonly info: ToolInfo;
  readonly checkInput: Check;
}

/** Which of several versions of a tool a caller means. */
export interface Choice {
  readonly version?: string | undefined;
  readonly tags?: readonly string[] | undefined;
}

export interface CatalogueParts {
  /** Everybody who serves tools, this process among them. */
  readonly registry: Pick<Registry, 'catalogue'>;
  readonly schemas: OfferedSchemas;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** How long a tool nobody offers any more is still known: whoever restarts its only worker should not be noticed. */
  readonly absenceMs: number;
  /** In which queue a job waits when it runs in this process. */
  readonly slotsOf?: (tool: string) => Tool['slots'];
}

/** The tools of this house, by name, whoever serves them. */
export class Catalogue {
  readonly #parts: CatalogueParts;
  /** For as long as somebody offers it: who registers something new each time would fill any other memory. */
  readonly #entries = new WeakMap<OfferedTool, Entry>();
  #snapshot: Registry['catalogue'];
  /** Answers of this snapshot to who asks for nothing in particular. */
  #usual = new Map<string, Entry>();
  /** Of earlier snapshots: what was last known, and when. */
  readonly #departed = new Map<string, { readonly entry: Entry; readonly knownAt: number }>();

  constructor(parts: CatalogueParts) {
    this.#parts = parts;
    this.#snapshot = parts.registry.catalogue;
  }

  /** @throws CallError INVALID_PARAMS for a version that is no range */
  find(name: string, choice?: Choice): ServedTool | undefined {
    return this.#sought(name, choice)?.tool;
  }

  /** @throws CallError TOOL_NOT_FOUND; INVALID_PARAMS for a version that is no range */
  entry(name: string, choice?: Choice): Entry {
    const entry = this.#sought(name, choice);
    if (entry !== undefined) return entry;
    const wished = isUsual(choice) ? '' : ' as it is asked for';
    throw new CallError('TOOL_NOT_FOUND', `Cannot find a tool named "${name.slice(0, 64)}"${wished}; see tools/list`);
  }

  /** Of schemas that were not known, since the start: what they cost grows with it. */
  get charactersCompiled(): number {
    return this.#parts.schemas.charactersCompiled;
  }

  /** Compiles what a worker offers, before it is taken in. @throws CallError INVALID_PARAMS for a schema that is none */
  check(tools: readonly JsonObject[]): void {
    const { schemas } = this.#parts;
    for (const { name, inputSchema, outputSchema } of tools.filter(isJsonObject)) {
      const tool = `"${String(name).slice(0, 64)}"`;
      if (isJsonObject(inputSchema)) schemas.compile(inputSchema, `the arguments of ${tool}`);
      if (isJsonObject(outputSchema)) schemas.compile(outputSchema, `the result of ${tool}`);
    }
  }

  /** Every row somebody who is not dead serves, in the order of names. */
  list(): ToolInfo[] {
    const { catalogue } = this.#parts.registry;
    const rows: ToolInfo[] = [];
    for (const name of catalogue.tools) {
      const alive = catalogue.entry(name)?.endpoints.some(({ worker }) => worker.state !== 'dead');
      const entry = alive === true ? this.#find(name) : undefined;
      if (entry !== undefined) rows.push(entry.info);
    }
    return rows.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  get size(): number {
    return this.#parts.registry.catalogue.size;
  }

  #sought(name: string, choice: Choice | undefined): Entry | undefined {
    return isUsual(choice) ? this.#find(name) : this.#choose(name, choice);
  }

  #find(name: string): Entry | undefined {
    const { catalogue } = this.#parts.registry;
    if (catalogue !== this.#snapshot) {
      this.#snapshot = catalogue;
      this.#turnPage();
    }
    const known = this.#usual.get(name);
    if (known !== undefined) return known;
    const offered = catalogue.find(name)?.tool;
    if (offered === undefined) return this.#departedNow(name);
    const entry = this.#entryOf(offered);
    this.#usual.set(name, entry);
    return entry;
  }

  #turnPage(): void {
    const now = this.#parts.clock.monotonic();
    for (const [name, { knownAt }] of this.#departed)
      if (now - knownAt >= this.#parts.absenceMs) this.#departed.delete(name);
    for (const [name, entry] of this.#usual) this.#departed.set(name, { entry, knownAt: now });
    this.#usual = new Map();
  }

  #departedNow(name: string): Entry | undefined {
    const { clock, absenceMs } = this.#parts;
    const departed = this.#departed.get(name);
    return departed !== undefined && clock.monotonic() - departed.knownAt < absenceMs ? departed.entry : undefined;
  }

  #choose(name: string, { version, tags }: Choice = {}): Entry | undefined {
    const offered = this.#parts.registry.catalogue.find(name, { version, tags })?.tool;
    return offered && this.#entryOf(offered);
  }

  /** Equal offers are one object. */
  #entryOf(offered: OfferedTool): Entry {
    const known = this.#entries.get(offered);
    if (known !== undefined) return known;
    const { schemas, slotsOf } = this.#parts;
    const checkOutput = schemas.compile(offered.outputSchema, `the result of "${offered.name}"`);
    const entry: Entry = {
      tool: servedTool(offered, checkOutput, slotsOf?.(offered.name)),
      info: rowOf(offered),
      checkInput: schemas.compile(offered.inputSchema, `the arguments of "${offered.name}"`),
    };
    this.#entries.set(offered, entry);
    return entry;
  }
}

function isUsual(choice: Choice | undefined): boolean {
  return choice?.version === undefined && choice?.tags === undefined;
}

function rowOf({ version: _version, schemaHash: _hash, ...info }: OfferedTool): ToolInfo {
  return Object.freeze(info);
}
