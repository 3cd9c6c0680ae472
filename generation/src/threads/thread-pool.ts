import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { CallError } from '@callsheet/protocol';
import { attend } from './attend.ts';
import type { TaskInput, TaskOutput, TaskReport, TaskTable } from './task.ts';
import { Thread } from './thread.ts';
import { platformTimer, type Timer } from './timer.ts';
import { WaitingLine } from './waiting-line.ts';

export interface ThreadPoolOptions {
  /** The module a thread runs; it calls `serveTasks`. */
  readonly entry: URL;
  /** Threads at once. Default: the processors this process may use. */
  readonly size?: number;
  /** Tasks that may wait for a thread. Default 256; beyond it `run` rejects with OVERLOADED. */
  readonly queueLimit?: number;
  /** How long a cancelled task may tidy up before its thread is ended. Default 700. */
  readonly graceMs?: number;
  /** How long a thread without work is kept for the next task. Default 30,000. */
  readonly idleMs?: number;
  readonly timer?: Timer;
}

export interface RunOptions<Report> {
  readonly signal?: AbortSignal;
  readonly onReport?: (progress: Report) => void;
  /** Buffers of the input to move instead of copying; they are empty here afterwards. See `ownedBuffers`. */
  readonly transfer?: readonly ArrayBuffer[];
}

/**
 * Runs named tasks on threads of their own, so that the event loop here stays free. Tasks wait in line while all
 * threads are busy. Idle threads neither hold the process open nor stay for long.
 */
export class ThreadPool<Tasks extends TaskTable> {
  readonly #options: Required<ThreadPoolOptions>;
  readonly #line: WaitingLine;
  readonly #threads = new Set<Thread>();
  /** Threads without work, each with the way to call off its dismissal. */
  readonly #idle = new Map<Thread, () => void>();
  readonly #closing = new AbortController();
  readonly #emptied = new EventTarget();

  constructor(options: ThreadPoolOptions) {
    this.#options = {
      size: availableParallelism(),
      queueLimit: 256,
      graceMs: 700,
      idleMs: 30_000,
      timer: platformTimer,
      ...options,
    };
    checkWhole('size', this.#options.size, 1);
    checkWhole('queueLimit', this.#options.queueLimit, 0);
    checkWhole('graceMs', this.#options.graceMs, 0);
    checkWhole('idleMs', this.#options.idleMs, 0);
    this.#line = new WaitingLine(this.#options.queueLimit);
  }

  /** Threads alive, busy or idle. */
  get threads(): number {
    return this.#threads.size;
  }

  /**
   * Runs a task on the next free thread.
   *
   * When the signal is aborted, a waiting task leaves the line at once; a running one is told, and its thread is ended
   * when it has not stopped in `graceMs`. Either way the call rejects with the signal's reason, once the work is over.
   *
   * @throws the task's own error; CallError OVERLOADED when too many wait, DRAINING after `close`
   */
  async run<Name extends keyof Tasks & string>(
    name: Name,
    input: TaskInput<Tasks[Name]>,
    options: RunOptions<TaskReport<Tasks[Name]>> = {},
  ): Promise<TaskOutput<Tasks[Name]>> {
    const { signal, transfer = [] } = options;
    signal?.throwIfAborted();
    this.#closing.signal.throwIfAborted();
    const onReport = (progress: unknown) => options.onReport?.(progress as TaskReport<Tasks[Name]>);
    const signals = signal === undefined ? [this.#closing.signal] : [signal, this.#closing.signal];
    const thread = await this.#take(signal);
    try {
      const work = thread.run({ name, input, transfer, onReport });
      return (await attend(thread, work, signals, this.#options)) as TaskOutput<Tasks[Name]>;
    } finally {
      this.#giveBack(thread);
    }
  }

  /** Refuses new and waiting tasks, cancels the running ones, and settles when no thread is left. */
  async close(): Promise<void> {
    const sentence = 'Cannot run the task: this worker is shutting down; send it to another one';
    this.#closing.abort(new CallError('DRAINING', sentence));
    this.#line.refuseAll(this.#closing.signal.reason);
    for (const [thread, callOff] of this.#idle) {
      callOff();
      void thread.terminate();
    }
    if (this.#threads.size > 0) await once(this.#emptied, 'emptied');
  }

  #take(signal: AbortSignal | undefined): Thread | Promise<Thread> {
    for (const [thread, callOff] of this.#idle) {
      callOff();
      this.#idle.delete(thread);
      // One that broke while idle is still in its last moments here.
      if (!thread.gone) return thread;
    }
    return this.#threads.size < this.#options.size ? this.#hire() : this.#line.join(signal);
  }

  #giveBack(thread: Thread): void {
    if (thread.gone) return;
    const next = this.#line.first;
    if (this.#closing.signal.aborted) void thread.terminate();
    else if (next !== undefined) next.serve(thread);
    else
      this.#idle.set(
        thread,
        this.#options.timer(this.#options.idleMs, () => void thread.terminate()),
      );
  }

  #hire(): Thread {
    const thread = new Thread(this.#options.entry, () => this.#mourn(thread));
    this.#threads.add(thread);
    return thread;
  }

  /** A thread has ended; whoever waited for it gets a new one. */
  #mourn(thread: Thread): void {
    this.#idle.get(thread)?.();
    this.#idle.delete(thread);
    this.#threads.delete(thread);
    this.#line.first?.serve(this.#hire());
    if (this.#threads.size === 0) this.#emptied.dispatchEvent(new Event('emptied'));
  }
}

function checkWhole(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new RangeError(`Cannot make a thread pool with ${name} "${value}": give a whole number from ${least} on`);
}
