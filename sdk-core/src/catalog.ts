import { isJsonObject, type Json, type JsonObject, type ToolInfo } from '@callsheet/protocol';
import type { Clock } from './clock.ts';
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

/** The tools the caller may use, as the server last told. */
export interface Catalog {
  /** All of it. Whoever asks while it is on its way waits for the same answer. */
  load(options?: CatalogOptions): Promise<ToolInfo[]>;
  /** The tools changed, or another session may see others. */
  forget(): void;
  /** What the server says about a tool; undefined for one it did not list, and while the catalogue was not read. */
  annotations(tool: string): ToolInfo['annotations'] | undefined;
  /** Whether running a tool twice does no harm; undefined while the catalogue was not read. */
  isIdempotent(tool: string): boolean | undefined;
}

export function openCatalog(ask: Ask, clock: Pick<Clock, 'now'>): Catalog {
  let list: Promise<ToolInfo[]> | undefined;
  let askedAt = 0;
  /** While a newer list is on its way, those of the list before. */
  let known: ReadonlyMap<string, ToolInfo['annotations']> | undefined;

  const read = async (): Promise<ToolInfo[]> => {
    const tools: ToolInfo[] = [];
    let params: JsonObject = {};
    for (let page = 0; page < MAX_PAGES; page++) {
      const answer = await ask('tools/list', params);
      if (!isJsonObject(answer) || !Array.isArray(answer.tools) || !answer.tools.every(isTool)) break;
      tools.push(...(answer.tools as unknown as ToolInfo[]));
      if (typeof answer.nextCursor !== 'string') return tools;
      params = { cursor: answer.nextCursor };
    }
    throw unreadable('the answer to tools/list');
  };

  return {
    async load({ cache } = {}) {
      const now = clock.now();
      if (list === undefined || cache === 'refresh' || now - askedAt > KEPT_MS) {
        const fresh = read();
        list = fresh;
        askedAt = now;
        fresh.then(
          (tools) => {
            if (list === fresh) known = new Map(tools.map(({ name, annotations }) => [name, annotations]));
          },
          () => {
            if (list === fresh) list = undefined;
          },
        );
      }
      // A copy, because it is kept.
      return [...(await list)];
    },
    forget() {
      list = undefined;
      known = undefined;
    },
    annotations: (tool) => known?.get(tool),
    isIdempotent: (tool) => known && known.get(tool)?.idempotentHint === true,
  };
}

function isTool(value: Json): boolean {
  return isJsonObject(value) && typeof value.name === 'string' && isJsonObject(value.annotations);
}
