import { AsyncQueue } from './async-queue.ts';

/** Reports a slow reader may fall behind; after that the oldest are dropped, because only the newest matter. */
const MOST_WAITING = 16;

/** Progress of one call for any number of readers. A late reader starts with the newest report. */
export class ProgressStream<P> {
  // Made with the first reader: most calls never have one.
  #readers: Set<AsyncQueue<P>> | undefined;
  #latest: { readonly report: P } | undefined;
  #end: { readonly error?: unknown } | undefined;

  push(report: P): void {
    this.#latest = { report };
    for (const reader of this.#readers ?? []) reader.push(report);
  }

  /** The call is over; with an error, every reader is told it. */
  end(outcome: { readonly error?: unknown } = {}): void {
    this.#end = outcome;
    for (const reader of this.#readers ?? []) finish(reader, outcome);
    this.#readers = undefined;
  }

  read(): AsyncIterableIterator<P, undefined> {
    const reader: AsyncQueue<P> = new AsyncQueue(MOST_WAITING, () => this.#readers?.delete(reader));
    if (this.#latest !== undefined) reader.push(this.#latest.report);
    if (this.#end !== undefined) finish(reader, this.#end);
    else this.#readers = (this.#readers ?? new Set()).add(reader);
    return reader;
  }
}

function finish<P>(reader: AsyncQueue<P>, outcome: { readonly error?: unknown }): void {
  if ('error' in outcome) reader.fail(outcome.error);
  else reader.end();
}
