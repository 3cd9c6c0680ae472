import { Cluster, type ClusterOptions } from '@callsheet/discovery';
import type { JsonObject, ToolLog } from '@callsheet/protocol';
import { SimulatedCall, TIMEOUT_MS, TOOL } from './call.ts';
import { dialIn } from './dial-in.ts';
import type { Gateway, OpenGateway, Surroundings } from './gateway.ts';

/** As a row of `tools/list`. */
const ROW: JsonObject = {
  name: TOOL,
  inputSchema: { type: 'object' },
  annotations: { idempotentHint: true, timeoutMs: TIMEOUT_MS },
};

/** Our dispatcher as the gateway runs it: registry, balancer, guards, slots and budgets, with these options. */
export function callsheet(options: ClusterOptions, slots: number): OpenGateway {
  return (surroundings) => new CallsheetGateway(surroundings, options, slots);
}

class CallsheetGateway implements Gateway {
  readonly #cluster: Cluster;
  readonly #schemaHash: string;

  constructor({ agenda, random, fleet, signals }: Surroundings, options: ClusterOptions, slots: number) {
    this.#cluster = new Cluster({ clock: agenda, random, log: SILENT, options });
    for (const [number, member] of fleet.entries()) {
      dialIn({ registry: this.#cluster.registry, agenda, random, ...member }, { number, slots, tools: [ROW], signals });
    }
    const selection = this.#cluster.registry.catalogue.find(TOOL);
    if (selection === undefined) throw new Error(`Cannot simulate calls: nobody serves "${TOOL}"`);
    this.#schemaHash = selection.tool.schemaHash;
  }

  call(key: string | undefined): Promise<unknown> {
    return this.#cluster.call(new SimulatedCall(this.#schemaHash, key));
  }

  close(): void {
    this.#cluster.close();
  }
}

const SILENT: ToolLog = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (fields, message) => {
    throw new Error(`The dispatcher logged a fault: ${message} ${JSON.stringify(fields)}`);
  },
};
