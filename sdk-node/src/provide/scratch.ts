import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CallError, type ToolLog } from '@callsheet/protocol';

/** The private directory of one call, made at the first question and gone with it. */
export class Scratch {
  readonly #root: string;
  readonly #log: Pick<ToolLog, 'warn'>;
  #made: Promise<string> | undefined;
  #over = false;

  /** `root` is where temporary files of this machine lie. */
  constructor(root: string, log: Pick<ToolLog, 'warn'>) {
    this.#root = root;
    this.#log = log;
  }

  /** Its path. Only this user may look into it. */
  make(): Promise<string> {
    if (this.#over) {
      return Promise.reject(new CallError('CONFLICT', 'Cannot make a scratch directory: the call has settled'));
    }
    this.#made ??= mkdtemp(join(this.#root, 'callsheet-call-'));
    return this.#made;
  }

  /** Never rejects. */
  async remove(): Promise<void> {
    this.#over = true;
    const directory = await this.#made?.catch(() => undefined);
    if (directory === undefined) return;
    try {
      await rm(directory, { recursive: true, force: true, maxRetries: 3 });
    } catch (error) {
      this.#log.warn({ directory, fault: String(error) }, 'could not remove temporary files');
    }
  }
}
