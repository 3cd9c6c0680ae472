import { CallError } from '@callsheet/protocol';
import type { OfferedTool } from '../catalogue/offered-tool.ts';
import { parseVersion, precedenceKey } from '../catalogue/version.ts';

interface Claim {
  readonly schemaHash: string;
  leases: number;
}

/**
 * One version of a tool means one thing. Whoever offers a known version with other schemas is refused, because callers would
 * meet either at random; with another version it is welcome, and the catalogue keeps the two apart.
 *
 * The version need not be newer. Workers dial several gateways, in any order and again after each restart: if an older
 * version were refused once a newer one is there, a gateway restarted in the middle of a rolling update would turn away
 * whatever dials in second, and two gateways would disagree about the same fleet.
 *
 * A claim lasts as long as a lease: what a worker said whose connection is lost for good stands in nobody's way.
 */
export class VersionClaims {
  readonly #claims = new Map<string, Claim>();

  /** Puts claims in the place of earlier ones of the same worker. @throws CallError CONFLICT, having changed nothing. */
  replace(earlier: readonly OfferedTool[], tools: readonly OfferedTool[]): void {
    this.drop(earlier);
    const refused = tools.find((tool) => {
      const claim = this.#claims.get(keyOf(tool));
      return claim !== undefined && claim.schemaHash !== tool.schemaHash;
    });
    this.#add(refused === undefined ? tools : earlier);
    if (refused === undefined) return;
    const { name, version } = refused;
    throw new CallError(
      'CONFLICT',
      `Cannot offer version "${version}" of the tool "${name}": another worker offers that version with other schemas or ` +
        'another kind of execution; raise the version, or stop the other worker first',
      { details: { tool: name, version } },
    );
  }

  drop(tools: readonly OfferedTool[]): void {
    for (const tool of tools) {
      const key = keyOf(tool);
      const claim = this.#claims.get(key);
      if (claim !== undefined && --claim.leases === 0) this.#claims.delete(key);
    }
  }

  #add(tools: readonly OfferedTool[]): void {
    for (const tool of tools) {
      const key = keyOf(tool);
      const claim = this.#claims.get(key);
      if (claim === undefined) this.#claims.set(key, { schemaHash: tool.schemaHash, leases: 1 });
      else claim.leases++;
    }
  }
}

function keyOf({ name, version }: OfferedTool): string {
  const parsed = parseVersion(version);
  return `${name} ${parsed === undefined ? version : precedenceKey(parsed)}`;
}
