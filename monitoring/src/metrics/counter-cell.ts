import { Cell, type CellContext } from './cell.ts';
import type { Exemplar } from './reading.ts';

/** A number that only grows. Hold it where its labels are known: counting costs an addition then. */
export class CounterCell extends Cell {
  readonly #context: CellContext;
  #value = 0;
  #exemplar: Exemplar | undefined;

  constructor(context: CellContext, labelValues: readonly string[], labelText: string) {
    super(labelValues, labelText);
    this.#context = context;
  }

  override get value(): number {
    return this.#value;
  }

  override get exemplar(): Exemplar | undefined {
    return this.#exemplar;
  }

  /**
   * Adds `amount`, finite and not negative; anything else changes nothing and is reported, because counting must not break
   * what is counted. `traceId`: where this can be looked at, 32 hexadecimal digits.
   */
  inc(amount = 1, traceId?: string): void {
    if (typeof amount !== 'number' || !(amount >= 0 && amount < Infinity)) {
      this.#context.refuse(`Cannot add ${amount} to a counter; give a finite number that is not negative`);
      return;
    }
    this.#value += amount;
    if (traceId !== undefined) this.#exemplar = { value: amount, traceId, at: this.#context.now() };
  }

  /** For what is counted elsewhere: the total as it is there. Refuses and reports what `inc` would. */
  follow(total: number): void {
    if (typeof total !== 'number' || !(total >= 0 && total < Infinity)) {
      this.#context.refuse(
        `Cannot take ${total} for the total of a counter; give a finite number that is not negative`,
      );
      return;
    }
    this.#value = total;
  }
}
