import { join } from 'node:path';
import type { ToolLog } from '@callsheet/protocol';
import { readIfThere, writeDurably } from '../auth/stored-file.ts';

/** What operators said about alerts, kept over a restart: silences, and who looks after what. */
export class AlertMemory {
  readonly #file: string;
  readonly #log: Pick<ToolLog, 'warn'>;
  #written = '';
  /** One write after the other: the newest state is the last. */
  #writing: Promise<void> = Promise.resolve();

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

  /** Never rejects: a disk that refuses costs a silence after the next restart, and nothing now. */
  write(state: object): Promise<void> {
    const text = JSON.stringify(state);
    if (text === this.#written) return this.#writing;
    this.#written = text;
    this.#writing = this.#writing.then(async () => {
      try {
        await writeDurably(this.#file, text);
      } catch (error) {
        // The same again is worth another try.
        this.#written = '';
        this.#log.warn({ file: this.#file, fault: String(error) }, 'what is known of alerts cannot be stored');
      }
    });
    return this.#writing;
  }
}
