/** How a value is compared. */
export type Operator = '>' | '>=' | '<' | '<=' | '==' | '!=';

/** What makes a value alarming. */
export interface Condition {
  readonly operator: Operator;
  readonly threshold: number;
}

const GRAMMAR = /^\s*(>=|<=|==|!=|>|<)\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)\s*$/i;

/** `> 10`, `<= 0.95`, `!= 0`: an operator and a finite number. Undefined when it is something else. */
export function parseCondition(text: string): Condition | undefined {
  const [, operator, number = ''] = GRAMMAR.exec(text) ?? [];
  const threshold = Number(number);
  return operator !== undefined && Number.isFinite(threshold) && number !== ''
    ? { operator: operator as Operator, threshold }
    : undefined;
}

/** Whether `value` is alarming. NaN never is: it says that nothing is known. */
export function holds({ operator, threshold }: Condition, value: number): boolean {
  switch (operator) {
    case '>':
      return value > threshold;
    case '>=':
      return value >= threshold;
    case '<':
      return value < threshold;
    case '<=':
      return value <= threshold;
    case '==':
      return value === threshold;
    case '!=':
      return value !== threshold && !Number.isNaN(value);
  }
}
