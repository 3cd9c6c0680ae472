import type { EndpointCall } from '@callsheet/discovery';
import { CallError, isJsonObject, type Json } from '@callsheet/protocol';
import type { Dialect, Offer } from './dialect.ts';
import { exchange } from './exchange.ts';
import { jsonRpcError } from './jsonrpc-error.ts';
import type { ListedTool } from './read-tools-file.ts';
import type { RpcConnection } from './rpc-connection.ts';

/** Of a list of tools that says nothing of versions. */
const VERSION = '1.0.0';

/**
 * Any JSON-RPC 2.0 server: its tools are methods that a file lists. Arguments become `params`, by name. There is no word for a
 * cancellation in JSON-RPC, so the server goes on and its answer is left out. A result that is no object is offered as
 * `{"result": …}`, since every tool answers an object.
 */
export class JsonRpcDialect implements Dialect {
  readonly protocols: readonly string[] = [];
  readonly list = undefined;
  readonly probe = undefined;
  readonly #server: string;
  readonly #methods: ReadonlyMap<string, string>;
  readonly #offer: Offer;

  /** @param server its name, for errors. */
  constructor(server: string, tools: readonly ListedTool[]) {
    this.#server = server;
    this.#methods = new Map(tools.map(({ row, method }) => [row.name, method]));
    this.#offer = { version: VERSION, slots: undefined, tools: tools.map(({ row }) => row) };
  }

  open(): Promise<Offer> {
    return Promise.resolve(this.#offer);
  }

  async call(rpc: RpcConnection, call: EndpointCall): Promise<Json> {
    const method = this.#methods.get(call.tool);
    if (method === undefined) throw new CallError('TOOL_NOT_FOUND', `Cannot find a tool named "${call.tool}"`);
    const result = await exchange(rpc, call, {
      method,
      params: () => call.args,
      refusal: (error) => jsonRpcError(error, this.#server),
    });
    return isJsonObject(result) ? result : { result };
  }

  heard(): undefined {
    return undefined;
  }
}
