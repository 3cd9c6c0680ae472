import type { AuditEntry } from './entry.ts';
import { bodyOf, type Prepared } from './prepare.ts';

export interface RefusalsOptions {
  /** Calls back once after `ms` milliseconds; the answer takes the appointment back. */
  readonly after: (ms: number, callback: () => void) => () => void;
  readonly prepare: (entry: AuditEntry) => Prepared;
  /** Takes a line's body that is ready to be written. */
  readonly write: (body: string) => void;
}

interface Repeated {
  readonly prepared: Prepared;
  times: number;
  readonly cancel: () => void;
}

const WINDOW_MS = 1_000;
/** More than so many kinds of refusal within a second are a flood from many places, told by their codes alone. */
const MOST_KINDS = 200;

/**
 * Makes one line of refusals that repeat within a second: the same principal (or address, while there is none), the same
 * action on the same resource, the same code. Whoever is refused all day cannot fill the disk, and what somebody reached
 * for stands there by name.
 */
export class Refusals {
  readonly #options: RefusalsOptions;
  readonly #waiting = new Map<string, Repeated>();

  constructor(options: RefusalsOptions) {
    this.#options = options;
  }

  /** Counts a refusal; its line is written a second after the first of its kind. */
  add(entry: AuditEntry): void {
    const who = entry.principal === undefined ? `address ${entry.address ?? ''}` : `principal ${entry.principal}`;
    const kindOf = JSON.stringify([who, entry.action, entry.resource, entry.code]);
    if (this.#repeats(kindOf)) return;
    if (this.#waiting.size < MOST_KINDS) {
      this.#begin(kindOf, entry);
      return;
    }
    const key = String(entry.code);
    const { kind, decision, code } = entry;
    if (this.#repeats(key)) return;
    // Codes come from our own table; were they not, this bounds them all the same.
    const last = this.#waiting.size < MOST_KINDS * 2 ? { key, code } : { key: 'many', code: undefined };
    if (!this.#repeats(last.key)) this.#begin(last.key, { kind, action: '(many)', decision, code: last.code });
  }

  /** Writes what waits, now. */
  release(): void {
    for (const key of [...this.#waiting.keys()]) this.#end(key);
  }

  #repeats(key: string): boolean {
    const repeated = this.#waiting.get(key);
    if (repeated !== undefined) repeated.times++;
    return repeated !== undefined;
  }

  #begin(key: string, entry: AuditEntry): void {
    const prepared = this.#options.prepare(entry);
    const cancel = this.#options.after(WINDOW_MS, () => this.#end(key));
    this.#waiting.set(key, { prepared, times: 1, cancel });
  }

  #end(key: string): void {
    const repeated = this.#waiting.get(key);
    if (repeated === undefined) return;
    this.#waiting.delete(key);
    repeated.cancel();
    this.#options.write(bodyOf(repeated.prepared, repeated.times));
  }
}
