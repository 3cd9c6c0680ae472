import { Cell, type CellContext } from './cell.ts';

/** A number that goes up and down. */
export class GaugeCell extends Cell {
  readonly #context: CellContext;
  #value = 0;

  constructor(context: CellContext, labelValues: readonly string[], labelText: string) {
    super(labelValues, labelText);
    this.#context = context;
  }

  override get value(): number {
    return this.#value;
  }

  /** Any number, NaN for «cannot be known» and the infinite ones too; what is no number is reported and changes nothing. */
  set(value: number): void {
    if (typeof value === 'number') this.#value = value;
    else this.#context.refuse(`Cannot set a gauge to ${String(value)}; give a number`);
  }

  inc(amount = 1): void {
    this.set(this.#value + amount);
  }

  dec(amount = 1): void {
    this.set(this.#value - amount);
  }
}
