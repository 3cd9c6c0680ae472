import type { JsonObject, ToolLog } from '@callsheet/protocol';
import type { Clock } from '../clock.ts';

export interface PersistenceParts {
  readonly clock: Pick<Clock, 'after'>;
  readonly log: Pick<ToolLog, 'error'>;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/** What must not get lost to a full disk is tried until it is stored, as long as the gateway lives. */
export class Persistence {
  readonly #parts: PersistenceParts;
  readonly #pauses = new Set<() => void>();
  #givenUp = false;

  constructor(parts: PersistenceParts) {
    this.#parts = parts;
  }

  /** Resolves when `store` has, or when this process has given up. Never rejects. `what` is for the log. */
  async until(what: string, fields: JsonObject, store: () => Promise<void>): Promise<void> {
    const { log } = this.#parts;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        await store();
        return;
      } catch (error) {
        const fault = error instanceof Error ? (error.stack ?? error.message) : String(error);
        if (this.#givenUp) {
          log.error({ ...fields, fault }, `could not store ${what}; the next start takes the job up again`);
          return;
        }
        log.error({ ...fields, fault, pauseMs }, `could not store ${what}; will try again`);
      }
      if (!(await this.#pause(pauseMs))) return;
    }
  }

  /** The gateway goes down: what is not stored at the first try is left to its next start. */
  giveUp(): void {
    this.#givenUp = true;
    for (const wake of this.#pauses) wake();
  }

  /** False when it was given up meanwhile. */
  async #pause(ms: number): Promise<boolean> {
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        cancel();
        this.#pauses.delete(wake);
        resolve();
      };
      const cancel = this.#parts.clock.after(ms, wake);
      this.#pauses.add(wake);
    });
    return !this.#givenUp;
  }
}
