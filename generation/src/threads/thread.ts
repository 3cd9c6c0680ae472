import type { Worker } from 'node:worker_threads';
import type { FromThread, ToThread } from './messages.ts';
import { unpackError } from './packed-error.ts';
import { startWorker } from './start-worker.ts';

/** One task for a thread. */
export interface Assignment {
  readonly name: string;
  readonly input: unknown;
  readonly transfer: readonly ArrayBuffer[];
  readonly onReport: (progress: unknown) => void;
}

interface Pending {
  readonly id: number;
  readonly onReport: (progress: unknown) => void;
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** The pool's side of one worker thread. It holds the process open only while it has a task. */
export class Thread {
  readonly #worker: Worker;
  #pending: Pending | undefined;
  #count = 0;
  #gone = false;

  /**
   * @param entry the module the thread runs; it calls `serveTasks`
   * @param onGone called once when the thread has ended, for whatever reason
   */
  constructor(entry: URL, onGone: (thread: Thread) => void) {
    this.#worker = startWorker(entry);
    this.#worker.unref();
    this.#worker.on('message', (message: FromThread) => this.#hear(message));
    this.#worker.on('messageerror', (error) => this.#settle()?.reject(error));
    this.#worker.on('error', (error) => {
      // Set before the caller hears of the crash, or the dying thread would be given the next task.
      this.#gone = true;
      this.#settle()?.reject(error);
    });
    this.#worker.on('exit', (code) => {
      this.#gone = true;
      this.#settle()?.reject(new Error(`The thread ended with code "${code}" before its task did`));
      onGone(this);
    });
  }

  /** True once the thread has ended or is about to. */
  get gone(): boolean {
    return this.#gone;
  }

  /** Runs a task. Rejects with the task's error, or with the crash that took the thread. One at a time. */
  run({ name, input, transfer, onReport }: Assignment): Promise<unknown> {
    const id = this.#count++;
    const message: ToThread = { kind: 'run', id, name, input };
    return new Promise((resolve, reject) => {
      // Throws, and so rejects, when the input cannot be cloned; the thread has then heard nothing and stays free.
      this.#worker.postMessage(message, [...transfer]);
      this.#worker.ref();
      this.#pending = { id, onReport, resolve, reject };
    });
  }

  /** Tells the current task that nobody waits for it. */
  abort(): void {
    if (this.#pending === undefined) return;
    const message: ToThread = { kind: 'abort', id: this.#pending.id };
    this.#worker.postMessage(message);
  }

  /** Ends the thread in the middle of whatever it does. */
  async terminate(): Promise<void> {
    this.#gone = true;
    await this.#worker.terminate();
  }

  #hear(message: FromThread): void {
    if (message.id !== this.#pending?.id) return;
    if (message.kind === 'report') this.#pending.onReport(message.progress);
    else if (message.kind === 'done') this.#settle()?.resolve(message.output);
    else this.#settle()?.reject(unpackError(message.error));
  }

  #settle(): Pending | undefined {
    const pending = this.#pending;
    this.#pending = undefined;
    this.#worker.unref();
    return pending;
  }
}
