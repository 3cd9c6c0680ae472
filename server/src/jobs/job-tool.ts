import type { Json, Tool } from '@callsheet/protocol';

/** What is known of a job's tool, wherever it runs. */
export interface JobTool {
  readonly name: string;
  /** Upper bound of one attempt. */
  readonly timeoutMs: number;
  readonly idempotent?: boolean | undefined;
  /** Whose slots a job takes when it runs in this process; `cpu` when not said. */
  readonly slots?: Tool['slots'] | undefined;
  /** Workers with the same hash mean the same by the tool's name. */
  readonly schemaHash: string;
  /** Refuses an answer the tool did not promise. @throws CallError */
  accept(answer: Json): void;
}

/** The slots of this process a job competes for. */
export type SlotKind = NonNullable<Tool['slots']>;
