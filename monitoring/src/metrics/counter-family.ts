import type { CellContext } from './cell.ts';
import { CounterCell } from './counter-cell.ts';
import type { FamilyDefinition } from './definition.ts';
import type { FamilyContext } from './family.ts';
import { ValueFamily } from './value-family.ts';

export interface CounterDefinition extends FamilyDefinition {
  /** Called before each reading, for totals that are counted elsewhere. */
  collect?(family: CounterFamily): void;
}

export class CounterFamily extends ValueFamily<CounterCell> {
  readonly #definition: CounterDefinition;

  constructor(definition: CounterDefinition, context: FamilyContext) {
    super('counter', definition, context);
    this.#definition = definition;
  }

  protected override collect(): void {
    this.#definition.collect?.(this);
  }

  protected override make(context: CellContext, labelValues: readonly string[], text: string): CounterCell {
    return new CounterCell(context, labelValues, text);
  }

  protected override put(cell: CounterCell, value: number): void {
    cell.follow(value);
  }
}
