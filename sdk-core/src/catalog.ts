import { isJsonObject, type Json, type JsonObject, type ToolInfo } from '@callsheet/protocol';
import { RpcClientError } from './errors.ts';

/** Asks the server something that only reads. */
export type Ask = (method: string, params: JsonObject) => Promise<Json>;

/** A server that never ends its list must not keep us for ever. */
const MAX_PAGES = 100;

/** The tools the caller may use, as the server last told. */
export class Catalog {
  readonly #ask: Ask;
  #idempotent: ReadonlyMap<string, boolean> | undefined;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** Asks the server for all of it. */
  async load(): Promise<ToolInfo[]> {
    const tools: ToolInfo[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < MAX_PAGES; page++) {
      const answer = await this.#ask('tools/list', cursor === undefined ? {} : { cursor });
      if (!isJsonObject(answer) || !Array.isArray(answer.tools)) throw unreadable();
      tools.push(...answer.tools.map(readTool));
      if (typeof answer.nextCursor !== 'string') {
        this.#idempotent = new Map(tools.map((tool) => [tool.name, tool.annotations.idempotentHint]));
        return tools;
      }
      cursor = answer.nextCursor;
    }
    throw new RpcClientError('PROTOCOL', `Cannot read the tool list: it goes on after ${MAX_PAGES} pages`);
  }

  /** Whether running a tool twice does no harm; undefined when the catalogue was not read yet. */
  isIdempotent(tool: string): boolean | undefined {
    return this.#idempotent === undefined ? undefined : (this.#idempotent.get(tool) ?? false);
  }
}

function readTool(value: Json): ToolInfo {
  if (!isJsonObject(value) || typeof value.name !== 'string' || !isJsonObject(value.annotations)) throw unreadable();
  return value as unknown as ToolInfo;
}

function unreadable(): RpcClientError {
  return new RpcClientError('PROTOCOL', 'Cannot read the answer to tools/list; is this a Callsheet gateway?');
}
