export interface BoundedOutputOptions {
  /** The line that stands where `count` lines are missing, its line feed included. */
  readonly missing: (count: number) => string;
  /** What becomes of a line on its way; it stays as it is when not said. */
  readonly shape?: (line: string) => string;
}

/** Bytes that may wait for whoever reads the output, beside what is in the pipe itself. */
const MOST_UNREAD = 1_048_576;

/**
 * Lines for a stream whose reader may be slow, stuck or gone. Node keeps in memory whatever a pipe does not take, without bound,
 * and ends the process when the pipe is closed at the other end; a log must do neither. What nobody reads is dropped by whole
 * lines and counted, and when there is room again a line says so. A destination of pino.
 */
export class BoundedOutput {
  readonly #out: NodeJS.WritableStream & { readonly writableLength?: number };
  readonly #missing: (count: number) => string;
  readonly #shape: ((line: string) => string) | undefined;
  readonly #neverBlock: () => void;
  #dropped = 0;
  /** Of the dropped: those no line tells of yet. */
  #untold = 0;

  constructor(out: NodeJS.WritableStream, { missing, shape }: BoundedOutputOptions) {
    this.#out = out;
    this.#missing = missing;
    this.#shape = shape;
    this.#neverBlock = unblocker(out);
    // An error that nobody hears ends the process, and the listeners of threads, which write there as well, do not count. Once
    // is enough for a stream, however many logs are written to it.
    if (!out.listeners('error').includes(ignore)) out.on('error', ignore);
  }

  /** Lines that were not written since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Takes a line, its line feed included. Never throws. */
  write(line: string): void {
    if (this.#untold > 0 || (this.#out.writableLength ?? 0) > MOST_UNREAD) this.#drop();
    else this.#put(line);
  }

  #put(line: string): void {
    try {
      this.#neverBlock();
      this.#out.write(this.#shape === undefined ? line : this.#shape(line), this.#written);
    } catch {
      this.#dropped++;
    }
  }

  readonly #written = (error?: Error | null): void => {
    if (error) this.#dropped++;
  };

  #drop(): void {
    this.#dropped++;
    if (this.#untold++ > 0) return;
    this.#out.once('drain', () => {
      const count = this.#untold;
      this.#untold = 0;
      this.#put(this.#missing(count));
    });
  }
}

/**
 * Keeps the pipe of a process from blocking all of it. Node opens it so, but a child process that inherits it, and whoever
 * else shares it, makes it blocking again for all: then one line that nobody reads would stop every call.
 */
function unblocker(out: object): () => void {
  const handle: unknown = Reflect.get(out, '_handle');
  const isPipe = typeof handle === 'object' && handle !== null && Reflect.get(out, '_type') === 'pipe';
  const setBlocking: unknown = isPipe ? Reflect.get(handle, 'setBlocking') : undefined;
  return typeof setBlocking === 'function' ? () => void Reflect.apply(setBlocking, handle, [false]) : ignore;
}

function ignore(): void {
  // The line was counted where it was written.
}
