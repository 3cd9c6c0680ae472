import type { OfferedTool } from '../catalogue/offered-tool.ts';

/** The line a call waits in: of workers that mean the same by the tool. Neither a name nor a hash has a space in it. */
export function lineName(tool: string, schemaHash: string): string {
  return `${tool} ${schemaHash}`;
}

/** The lines of a worker. Five hundred workers with the same tools share the names. */
export class LineNames {
  readonly #known = new WeakMap<OfferedTool, string>();

  of(tools: readonly OfferedTool[]): readonly string[] {
    return tools.map((tool) => this.#of(tool));
  }

  #of(tool: OfferedTool): string {
    let name = this.#known.get(tool);
    if (name === undefined) {
      name = lineName(tool.name, tool.schemaHash);
      this.#known.set(tool, name);
    }
    return name;
  }
}
