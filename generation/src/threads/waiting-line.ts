import { CallError } from '@callsheet/protocol';
import type { Thread } from './thread.ts';

/** Somebody who waits for a thread. */
interface Waiting {
  readonly serve: (thread: Thread) => void;
  readonly refuse: (reason: unknown) => void;
}

/** First come, first served; bounded; who no longer wants to wait may leave. */
export class WaitingLine {
  readonly #limit: number;
  readonly #waiting = new Set<Waiting>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Waits for a thread. Rejects with OVERLOADED when the line is full, or with the signal's reason. */
  join(signal: AbortSignal | undefined): Promise<Thread> {
    if (this.#waiting.size >= this.#limit) {
      const sentence = `Cannot take another task: "${this.#limit}" are already waiting for a thread; try again later`;
      return Promise.reject(new CallError('OVERLOADED', sentence));
    }
    return new Promise((resolve, reject) => {
      const leave = (): void => waiting.refuse(signal?.reason);
      const done = (): void => {
        this.#waiting.delete(waiting);
        signal?.removeEventListener('abort', leave);
      };
      const waiting: Waiting = {
        serve: (thread) => {
          done();
          resolve(thread);
        },
        refuse: (reason) => {
          done();
          reject(reason);
        },
      };
      this.#waiting.add(waiting);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }

  /** The first in line, or undefined. */
  get first(): Waiting | undefined {
    return this.#waiting.values().next().value;
  }

  refuseAll(reason: unknown): void {
    for (const waiting of [...this.#waiting]) waiting.refuse(reason);
  }
}
