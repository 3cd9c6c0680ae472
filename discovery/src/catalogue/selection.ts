import type { OfferedTool } from './offered-tool.ts';
import { compareVersions, parseVersion } from './version.ts';
import type { Endpoint } from './worker.ts';

/** Who may serve a call, and by which schemas. */
export interface Selection {
  /** What all of them offer; of the newest version when it comes in several with the same schemas. */
  readonly tool: OfferedTool;
  /** Those that may be picked now. Empty when all are gone, suspect, draining or unhealthy. */
  readonly endpoints: readonly Endpoint[];
}

interface Contract {
  tool: OfferedTool;
  /** Of all its workers that are not dead: a moment's silence of a few must not turn the tool into another. */
  slots: number;
  readonly available: Endpoint[];
}

/**
 * Of workers that mean different things by one tool, chooses those most slots stand behind, and the newest version of equals.
 * In a rolling update the tool so changes once, in the middle, and neither the first worker of the new kind nor the last of
 * the old one gets the calls of the whole fleet. Nobody is chosen of whom none is available as long as others are.
 *
 * Undefined when there are no endpoints at all.
 */
export function select(endpoints: Iterable<Endpoint>): Selection | undefined {
  const contracts = new Map<string, Contract>();
  for (const endpoint of endpoints) {
    const { worker, tool } = endpoint;
    let contract = contracts.get(tool.schemaHash);
    if (contract === undefined) {
      contract = { tool, slots: 0, available: [] };
      contracts.set(tool.schemaHash, contract);
    } else if (isNewer(tool, contract.tool)) contract.tool = tool;
    if (worker.state !== 'dead') contract.slots += worker.facts.slots;
    if (worker.available) contract.available.push(endpoint);
  }
  let best: Contract | undefined;
  for (const contract of contracts.values()) if (best === undefined || outweighs(contract, best)) best = contract;
  if (best === undefined) return undefined;
  return Object.freeze({ tool: best.tool, endpoints: Object.freeze(best.available) });
}

function outweighs(one: Contract, other: Contract): boolean {
  const available = Number(one.available.length > 0) - Number(other.available.length > 0);
  if (available !== 0) return available > 0;
  if (one.slots !== other.slots) return one.slots > other.slots;
  return isNewer(one.tool, other.tool);
}

function isNewer(one: OfferedTool, other: OfferedTool): boolean {
  // Equal offers are one object.
  if (one === other) return false;
  const version = parseVersion(one.version);
  const than = parseVersion(other.version);
  if (version === undefined || than === undefined) return false;
  const order = compareVersions(version, than);
  return order > 0 || (order === 0 && one.schemaHash < other.schemaHash);
}
