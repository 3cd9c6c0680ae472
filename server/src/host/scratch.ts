import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ToolLog } from '@callsheet/protocol';

/** Private directories for temporary files, each gone when its call has settled. */
export class ScratchRoom {
  readonly #root: string;
  readonly #log: Pick<ToolLog, 'warn'>;

  /** `root` belongs to this gateway alone, as `<dataDir>/scratch` does under the owner lock. */
  constructor(root: string, log: Pick<ToolLog, 'warn'>) {
    this.#root = root;
    this.#log = log;
  }

  /** Removes what killed processes left. Call it at start, before the first call. */
  async sweep(): Promise<void> {
    const left = await readdir(this.#root).catch(() => []);
    await Promise.all(left.map((name) => this.remove(join(this.#root, name))));
  }

  async make(): Promise<string> {
    await mkdir(this.#root, { recursive: true, mode: 0o700 });
    return mkdtemp(join(this.#root, 'call-'));
  }

  /** Never rejects: a file that stays is swept at the next start. */
  async remove(directory: string): Promise<void> {
    try {
      await rm(directory, { recursive: true, force: true, maxRetries: 3 });
    } catch (error) {
      this.#log.warn({ directory, fault: String(error) }, 'could not remove temporary files');
    }
  }
}
