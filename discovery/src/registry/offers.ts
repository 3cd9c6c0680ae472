import { Definitions, type ToolDraft } from '../catalogue/definitions.ts';
import type { OfferedTool } from '../catalogue/offered-tool.ts';
import { VersionClaims } from './version-claims.ts';

/** The tools of all workers: defined once each, and no version claimed with two meanings. */
export class Offers {
  readonly #definitions: Definitions;
  readonly #claims = new VersionClaims();

  constructor(definitions = new Definitions()) {
    this.#definitions = definitions;
  }

  /** Of all definitions that were new when they came. */
  get charactersDefined(): number {
    return this.#definitions.charactersDefined;
  }

  /**
   * Takes in what a worker offers; `claimed` is what its earlier epoch still claims, and no longer does.
   *
   * @throws CallError INVALID_PARAMS or CONFLICT, having changed nothing.
   */
  take(tools: readonly ToolDraft[], claimed: readonly OfferedTool[]): readonly OfferedTool[] {
    const offered = this.#definitions.take(tools);
    try {
      this.#claims.replace(claimed, offered);
    } catch (error) {
      this.#definitions.drop(offered);
      throw error;
    }
    return offered;
  }

  /** The lease is over: other workers may give these versions another meaning. */
  unclaim(tools: readonly OfferedTool[]): void {
    this.#claims.drop(tools);
  }

  /** Nobody will ask this worker's offer again. */
  forget(tools: readonly OfferedTool[]): void {
    this.#definitions.drop(tools);
  }
}
