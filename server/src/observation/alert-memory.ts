import { join } from 'node:path';
import type { ToolLog } from '@callsheet/protocol';
import { readIfThere, writeDurably } from '../auth/stored-file.ts';

/** What operators said about alerts, kept over a restart: silences, and who looks after what. */
export class AlertMemory {
  readonly #file: string;
  readonly #log: Pick<ToolLog, 'warn'>;
  #written = '';
  /** What is to be written next: of what changes together only the last. */
  #next: (() => object) | undefined;
  #writing: Promise<void> | undefined;
  #failing = false;

  constructor(dataDir: string, log: Pick<ToolLog, 'warn'>) {
    this.#file = join(dataDir, 'alerts.json');
    this.#log = log;
  }

  /** Undefined when there is nothing, or nothing that can be read: then it is told in the log. */
  async read(): Promise<unknown> {
    try {
      const text = await readIfThere(this.#file);
      return text === undefined ? undefined : JSON.parse(text);
    } catch (error) {
      this.#log.warn({ file: this.#file, fault: String(error) }, 'what was known of alerts cannot be read');
      return undefined;
    }
  }

  /**
   * Writes what it is by then, once for all that is asked within a turn or while another write is under way: when hundreds of
   * alerts fire together, each of them changes it. Resolves when that is written. Never rejects: a disk that refuses costs a
   * silence after the next restart, and nothing now.
   */
  write(state: () => object): Promise<void> {
    this.#next = state;
    this.#writing ??= this.#writeAll();
    return this.#writing;
  }

  async #writeAll(): Promise<void> {
    await Promise.resolve();
    for (let next = this.#next; next !== undefined; next = this.#next) {
      this.#next = undefined;
      try {
        await this.#store(JSON.stringify(next()));
        this.#failing = false;
      } catch (error) {
        // Once an outage.
        if (!this.#failing)
          this.#log.warn({ file: this.#file, fault: String(error) }, 'what is known of alerts cannot be stored');
        this.#failing = true;
      }
    }
    this.#writing = undefined;
  }

  async #store(text: string): Promise<void> {
    if (text === this.#written) return;
    await writeDurably(this.#file, text);
    this.#written = text;
  }
}
