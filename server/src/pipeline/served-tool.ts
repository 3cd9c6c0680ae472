import type { OfferedTool } from '@callsheet/discovery';
import { CallError, type Execution, type Json, type Tool } from '@callsheet/protocol';
import type { Check } from './schemas.ts';

/** A tool as the road of a call knows it: everything but the way to run it, which is its worker's. */
export interface ServedTool {
  readonly name: string;
  readonly execution: Execution;
  readonly idempotent: boolean;
  readonly readOnly: boolean;
  readonly timeoutMs: number;
  /** In which queue a job waits when it runs in this process. */
  readonly slots: Tool['slots'];
  /** Workers with the same hash can stand in for each other. */
  readonly schemaHash: string;
  /**
   * Holds an answer against the output schema. The error names the tool and nothing of what it answered.
   *
   * @throws CallError TOOL_FAILED
   */
  accept(answer: Json): void;
}

export function servedTool(offered: OfferedTool, checkOutput: Check, slots: Tool['slots']): ServedTool {
  const { name, execution, annotations, schemaHash } = offered;
  return {
    name,
    execution,
    idempotent: annotations.idempotentHint,
    readOnly: annotations.readOnlyHint,
    timeoutMs: annotations.timeoutMs,
    slots,
    schemaHash,
    accept: (answer) => {
      try {
        checkOutput(answer);
      } catch (cause) {
        const sentence = `The tool "${name}" answered something its own output schema does not allow`;
        throw new CallError('TOOL_FAILED', sentence, { retryable: false, cause });
      }
    },
  };
}
