import { isJsonObject, type Json, type JsonObject, type ToolInfo } from '@callsheet/protocol';
import { type Clock, systemClock } from './clock.ts';
import { unreadable } from './wire-errors.ts';

/** Asks the server something that only reads. */
export type Ask = (method: string, params: JsonObject) => Promise<Json>;

export interface CatalogOptions {
  /** `use` (when not said): a list of the last minute will do. `refresh`: ask the server. */
  readonly cache?: 'use' | 'refresh';
}

/** A server that never ends its list must not keep us for ever. */
const MAX_PAGES = 100;
/** The server says when its tools change; this is for what it said while nobody listened. Milliseconds. */
const KEPT_MS = 60_000;

/** One reading of the list. */
interface Listing {
  readonly tools: Promise<ToolInfo[]>;
  askedAt: number;
  /** While it is on its way, those of the list before. */
  annotations: ReadonlyMap<string, ToolInfo['annotations']> | undefined;
}

/** The tools the caller may use, as the server last told. */
export class Catalog {
  readonly #ask: Ask;
  readonly #clock: Pick<Clock, 'now'>;
  #known: Listing | undefined;

  constructor(ask: Ask, clock: Pick<Clock, 'now'> = systemClock) {
    this.#ask = ask;
    this.#clock = clock;
  }

  /** All of it. Whoever asks while it is on its way waits for the same answer. */
  async load({ cache }: CatalogOptions = {}): Promise<ToolInfo[]> {
    const askedAt = this.#clock.now();
    let known = this.#known;
    if (known === undefined || cache === 'refresh' || askedAt - known.askedAt > KEPT_MS) {
      const fresh: Listing = { askedAt, tools: this.#read(), annotations: known?.annotations };
      known = fresh;
      this.#known = fresh;
      fresh.tools.then(
        (tools) => {
          fresh.annotations = new Map(tools.map(({ name, annotations }) => [name, annotations]));
        },
        () => {
          fresh.askedAt = -Infinity;
        },
      );
    }
    // A copy, because it is kept.
    return [...(await known.tools)];
  }

  /** The tools changed, or another session may see others. */
  forget(): void {
    this.#known = undefined;
  }

  /** What the server says about a tool; undefined for one it did not list, and while the catalogue was not read. */
  annotations(tool: string): ToolInfo['annotations'] | undefined {
    return this.#known?.annotations?.get(tool);
  }

  /** Whether running a tool twice does no harm; undefined while the catalogue was not read. */
  isIdempotent(tool: string): boolean | undefined {
    return this.#known?.annotations && this.annotations(tool)?.idempotentHint === true;
  }

  async #read(): Promise<ToolInfo[]> {
    const tools: ToolInfo[] = [];
    let params: JsonObject = {};
    for (let page = 0; page < MAX_PAGES; page++) {
      const answer = await this.#ask('tools/list', params);
      if (!isJsonObject(answer) || !Array.isArray(answer.tools) || !answer.tools.every(isTool)) break;
      tools.push(...(answer.tools as unknown as ToolInfo[]));
      if (typeof answer.nextCursor !== 'string') return tools;
      params = { cursor: answer.nextCursor };
    }
    throw unreadable('the answer to tools/list');
  }
}

function isTool(value: Json): boolean {
  return isJsonObject(value) && typeof value.name === 'string' && isJsonObject(value.annotations);
}
