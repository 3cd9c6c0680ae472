import type { HeldWork, JobAttempt } from '@callsheet/protocol';
import type { Carrier } from './carrier.ts';

/** A finished answer, on its way. */
export interface FinishedAnswer {
  readonly id: string;
  readonly job: JobAttempt | undefined;
  readonly text: string;
  /** Whom it was sent to, or whose connection was lost before it could be. */
  readonly carrier: Carrier | undefined;
}

export interface ShelfBounds {
  readonly most: number;
  /** Of all texts together. */
  readonly mostBytes: number;
}

/** Answers that are kept, oldest first. At its bounds the oldest are forgotten: they have the least chance to be wanted. */
export class AnswerShelf {
  readonly #bounds: ShelfBounds;
  readonly #answers = new Map<string, FinishedAnswer>();
  #bytes = 0;

  constructor(bounds: ShelfBounds) {
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#answers.size;
  }

  put(answer: FinishedAnswer): void {
    this.take(answer.id);
    this.#answers.set(answer.id, answer);
    this.#bytes += sizeOf(answer);
    for (const id of this.#answers.keys()) {
      if (this.#answers.size <= this.#bounds.most && this.#bytes <= this.#bounds.mostBytes) return;
      this.take(id);
    }
  }

  /** Removes it and answers it. */
  take(id: string): FinishedAnswer | undefined {
    const answer = this.#answers.get(id);
    if (answer === undefined) return undefined;
    this.#answers.delete(id);
    this.#bytes -= sizeOf(answer);
    return answer;
  }

  /** Removes those that fit and answers them. */
  takeAll(fits: (answer: FinishedAnswer) => boolean): FinishedAnswer[] {
    const taken = [...this.#answers.values()].filter(fits);
    for (const { id } of taken) this.take(id);
    return taken;
  }

  *held(): Generator<HeldWork> {
    for (const { id, job } of this.#answers.values()) yield job === undefined ? { id } : { id, job };
  }
}

/** Strings of most answers take a byte a character; what matters is that there is a bound. */
function sizeOf({ text }: FinishedAnswer): number {
  return text.length;
}
