/** What a task is given besides its input. */
export interface TaskRun<Report = never> {
  /** Aborted when nobody wants the answer any more. */
  readonly signal: AbortSignal;
  /** Tells the caller how far the work is. A structured-cloneable value. */
  report(progress: Report): void;
}

/**
 * A named piece of heavy work. Input and output are structured-cloneable; the output is handed over: memory it owns
 * moves to the caller and must not be kept.
 */
export type Task<Input, Output, Report = never> = (input: Input, run: TaskRun<Report>) => Output | Promise<Output>;

/** Tasks by name. */
export type TaskTable = { readonly [name: string]: Task<never, unknown, never> };

export type TaskInput<T> = T extends (input: infer Input, ...rest: never[]) => unknown ? Input : never;

export type TaskOutput<T> = T extends (...rest: never[]) => infer Output ? Awaited<Output> : never;

export type TaskReport<T> = T extends (input: never, run: TaskRun<infer Report>) => unknown ? Report : never;
