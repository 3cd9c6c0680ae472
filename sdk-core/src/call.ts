import type { RpcClientError } from './errors.ts';
import { ProgressStream } from './progress-stream.ts';

/** How a call ended, with what a caller cannot see otherwise. */
export type CallReport<R> = (
  | { readonly ok: true; readonly value: R }
  | { readonly ok: false; readonly error: RpcClientError }
) & {
  /** From the call to its outcome. Milliseconds. */
  readonly durationMs: number;
};

/** A call under way: await it for the result, iterate it for progress, cancel it. */
export interface Call<R, P> extends Promise<R>, AsyncIterable<P> {
  readonly id: string;
  /** Gives the call up: it rejects with CancelledError at once, and the server is told. */
  cancel(reason?: unknown): void;
  /** Never rejects. */
  settled(): Promise<CallReport<R>>;
}

/** What a started call tells its promise. */
export interface CallHooks<R, P> {
  progress(report: P): void;
  resolve(value: R): void;
  reject(error: RpcClientError): void;
}

/** A real promise with the rest of a call on it. */
export class CallPromise<R, P> extends Promise<R> implements Call<R, P> {
  // `then` and its kin give plain promises: what hangs on a call is not a call.
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  readonly id: string;
  readonly #progress = new ProgressStream<P>();
  readonly #cancel: (reason: unknown) => void;
  #durationMs = 0;

  /** `start` begins the call and returns what gives it up; it may tell the outcome before it returns. */
  constructor(id: number, now: () => number, start: (sink: CallHooks<R, P>) => (reason: unknown) => void) {
    let settle: Pick<CallHooks<R, P>, 'resolve' | 'reject'> | undefined;
    super((resolve, reject) => {
      settle = { resolve, reject };
    });
    const startedAt = now();
    this.id = String(id);
    this.#cancel = start({
      progress: (report) => this.#progress.push(report),
      resolve: (value) => {
        this.#durationMs = now() - startedAt;
        this.#progress.end();
        settle?.resolve(value);
      },
      reject: (error) => {
        this.#durationMs = now() - startedAt;
        this.#progress.end({ error });
        settle?.reject(error);
      },
    });
  }

  cancel(reason?: unknown): void {
    this.#cancel(reason);
  }

  settled(): Promise<CallReport<R>> {
    return this.then(
      (value) => ({ ok: true, value, durationMs: this.#durationMs }),
      (error: RpcClientError) => ({ ok: false, error, durationMs: this.#durationMs }),
    );
  }

  /** Who only iterates learns of a failure there, so the promise itself must not count as unhandled. */
  [Symbol.asyncIterator](): AsyncIterator<P, undefined> {
    this.catch(() => undefined);
    return this.#progress.read();
  }
}
