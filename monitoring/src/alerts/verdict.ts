import type { Signal } from './signal.ts';

/** Told of everything that is alarming now: `key` stands for `labels`, the values of the labels `by`. */
export type Accuse = (key: string, labels: readonly string[], value: number) => void;

/** Says what of a rule is alarming. */
export interface Judge {
  /** What it looks at. */
  readonly signals: readonly Signal[];
  judge(accuse: Accuse): void;
}
