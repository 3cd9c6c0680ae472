import type { NodeClient, RpcClientError } from '@callsheet/sdk-node';

export interface Answer {
  readonly id: number;
  readonly worker: string;
}

/** Calls of one tool, always as many at once as wanted: whenever one ends, the next begins. */
export class Load {
  readonly answers: Answer[] = [];
  readonly failures: RpcClientError[] = [];
  readonly #loops: Promise<void>;
  readonly #waiting = new Set<() => void>();
  #stopped = false;
  #next: number;

  constructor(
    client: NodeClient,
    tool: string,
    { atOnce, ms, from = 0 }: { readonly atOnce: number; readonly ms: number; readonly from?: number },
  ) {
    this.#next = from;
    const loop = async (): Promise<void> => {
      while (!this.#stopped) {
        const id = this.#next++;
        const report = await client.call(tool, { id, ms: spread(id, ms) }).settled();
        if (report.ok) this.answers.push(report.value as Answer);
        else this.failures.push(report.error);
        // A client that was closed refuses at once, for ever.
        if (!report.ok && report.error.code === 'CLOSED') return;
        for (const look of this.#waiting) look();
      }
    };
    this.#loops = Promise.all(Array.from({ length: atOnce }, loop)).then(() => undefined);
  }

  get calls(): number {
    return this.answers.length + this.failures.length;
  }

  /** Resolves when something is true of the calls that ended. */
  until(reached: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!reached()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** Resolves after so many more calls. */
  more(calls: number): Promise<void> {
    const until = this.calls + calls;
    return this.until(() => this.calls >= until);
  }

  /** Begins no more calls; resolves when all have ended. */
  stop(): Promise<void> {
    this.#stopped = true;
    return this.#loops;
  }
}

/** From a half to one and a half of it: calls that take equally long would soon begin and end all together. */
function spread(id: number, ms: number): number {
  return Math.round(ms * (0.5 + (id % 11) / 10));
}
