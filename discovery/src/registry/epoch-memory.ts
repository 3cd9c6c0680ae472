/** Instances whose newest epoch is remembered after they left. */
const MOST_INSTANCES = 10_000;

/**
 * The newest epochs of workers that left. What they said before may still be on its way through another connection, and must
 * not bring them back.
 */
export class EpochMemory {
  readonly #epochs = new Map<string, number>();
  readonly #most: number;

  constructor(most = MOST_INSTANCES) {
    this.#most = most;
  }

  newest(instanceId: string): number | undefined {
    return this.#epochs.get(instanceId);
  }

  /** At the bound, who left first is forgotten. */
  remember(instanceId: string, epoch: number): void {
    this.#epochs.delete(instanceId);
    this.#epochs.set(instanceId, epoch);
    if (this.#epochs.size <= this.#most) return;
    for (const oldest of this.#epochs.keys()) {
      this.#epochs.delete(oldest);
      break;
    }
  }

  /** It is back, and speaks for itself. */
  forget(instanceId: string): void {
    this.#epochs.delete(instanceId);
  }
}
