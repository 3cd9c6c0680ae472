import type { ToolInfo } from '@callsheet/protocol';

/** A tool as a worker offers it. Frozen to the bottom; equal offers of many workers are one object. */
export interface OfferedTool extends ToolInfo {
  /** Semantic version of the tool; the worker's own when it says none. */
  readonly version: string;
  /**
   * SHA-256, in base64url, over everything a caller relies on: both schemas, whether it is a call or a job, whether it may be
   * run twice, whether it changes anything. Workers with the same hash can stand in for each other.
   */
  readonly schemaHash: string;
}
