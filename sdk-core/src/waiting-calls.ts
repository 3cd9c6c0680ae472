import type { PendingCall } from './pending-call.ts';

/** Calls that are not sent yet, by priority and then in order: there is no connection, or the server has its hands full. */
export class WaitingCalls {
  readonly #lanes: Map<number, PendingCall>[] = [new Map(), new Map(), new Map()];
  #size = 0;
  #length = 0;

  get size(): number {
    return this.#size;
  }

  /** Characters of all their messages. */
  get length(): number {
    return this.#length;
  }

  add(call: PendingCall): void {
    this.#lanes[call.lane]?.set(call.id, call);
    this.#count(call, 1);
  }

  /** These were sent before, and go first in their old order. */
  addFirst(calls: readonly PendingCall[]): void {
    for (const [lane, waiting] of this.#lanes.entries()) {
      const again = calls.filter((call) => call.lane === lane);
      if (again.length > 0) {
        this.#lanes[lane] = new Map([...again.map((call) => [call.id, call] as const), ...waiting]);
      }
    }
    for (const call of calls) this.#count(call, 1);
  }

  delete(call: PendingCall): boolean {
    const known = this.#lanes[call.lane]?.delete(call.id) === true;
    if (known) this.#count(call, -1);
    return known;
  }

  *[Symbol.iterator](): Generator<PendingCall, undefined> {
    for (const lane of this.#lanes) yield* lane.values();
  }

  #count({ text }: PendingCall, sign: 1 | -1): void {
    this.#size += sign;
    this.#length += sign * text.length;
  }
}
