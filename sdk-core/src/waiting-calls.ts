import type { PendingCall } from './pending-call.ts';

/** Calls that are not sent yet, by lane and then in order: there is no connection, or the server has its hands full. */
export class WaitingCalls {
  readonly #lanes = [0, 1, 2].map(() => new Set<PendingCall>());
  size = 0;
  /** Characters of all their messages. */
  length = 0;

  add(call: PendingCall): void {
    this.#lanes[call.lane]?.add(call);
    this.#count(call, 1);
  }

  /** These were sent before, and go first in their old order. */
  addFirst(calls: readonly PendingCall[]): void {
    this.#lanes.forEach((lane, at) => {
      this.#lanes[at] = new Set([...calls.filter((call) => call.lane === at), ...lane]);
    });
    for (const call of calls) this.#count(call, 1);
  }

  delete(call: PendingCall): boolean {
    const known = this.#lanes[call.lane]?.delete(call) === true;
    if (known) this.#count(call, -1);
    return known;
  }

  *[Symbol.iterator](): Generator<PendingCall, undefined> {
    for (const lane of this.#lanes) yield* lane;
  }

  #count({ text }: PendingCall, sign: number): void {
    this.size += sign;
    this.length += sign * text.length;
  }
}
