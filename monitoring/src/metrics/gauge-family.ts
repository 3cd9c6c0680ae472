import type { CellContext } from './cell.ts';
import type { FamilyDefinition } from './definition.ts';
import type { FamilyContext } from './family.ts';
import { GaugeCell } from './gauge-cell.ts';
import { ValueFamily } from './value-family.ts';

export interface GaugeDefinition extends FamilyDefinition {
  /** Called before each reading, for what is read only when somebody asks. */
  collect?(family: GaugeFamily): void;
}

export class GaugeFamily extends ValueFamily<GaugeCell> {
  readonly #definition: GaugeDefinition;

  constructor(definition: GaugeDefinition, context: FamilyContext) {
    super('gauge', definition, context);
    this.#definition = definition;
  }

  protected override collect(): void {
    this.#definition.collect?.(this);
  }

  protected override make(context: CellContext, labelValues: readonly string[], text: string): GaugeCell {
    return new GaugeCell(context, labelValues, text);
  }

  protected override put(cell: GaugeCell, value: number): void {
    cell.set(value);
  }
}
