import type { Json, JsonObject } from './json.ts';
import type { Execution } from './tool.ts';

/** `_meta` of a call: what is said about the call, not to the tool. */
export interface CallMeta {
  readonly idempotencyKey?: string;
  /** Give up after this many milliseconds. */
  readonly deadlineMs?: number;
  /** Ask for `notifications/progress` under this token. */
  readonly progressToken?: string | number;
  readonly traceparent?: string;
  readonly tracestate?: string;
  /** Say what would be done; do nothing. */
  readonly dryRun?: boolean;
  readonly cache?: 'use' | 'refresh' | 'bypass';
  /** 0 (last) to 9 (first); 5 when not said. */
  readonly priority?: number;
  readonly project?: string;
  readonly trace?: { readonly project?: string; readonly user?: string; readonly session?: string };
  /** Ask for `_meta` in the answer. */
  readonly report?: boolean;
  /** Which of the tool's workers: affinity and zone are preferred, tags and version must fit. */
  readonly route?: {
    readonly affinity?: string;
    readonly zone?: string;
    readonly tags?: readonly string[];
    readonly version?: string;
  };
}

export interface ToolCallParams {
  readonly name: string;
  readonly arguments?: JsonObject;
  readonly _meta?: CallMeta;
}

export interface ToolCallResult {
  readonly structuredContent: Json;
  /** Only for parts that are not JSON. */
  readonly content?: readonly JsonObject[];
  /** There when the tool changes something and the server keeps an audit trail. */
  readonly security?: AnswerSecurity;
  readonly _meta?: {
    readonly requestId?: string;
    readonly durationMs?: number;
    readonly cached?: boolean;
    readonly replayed?: boolean;
    /** True: nothing was done; the answer says what would have been. */
    readonly dryRun?: boolean;
  };
}

/**
 * Ties an answer to the audit trail. Whoever holds the audit key recomputes `auditSig`: HMAC-SHA256, in base64url, over the
 * lines `CALLSHEET-AUDIT-V1`, serverTs, nonce, principal id, tool, and the SHA-256 in hex of `structuredContent` as JSON.
 */
export interface AnswerSecurity {
  readonly auditSig: string;
  /** ISO 8601. */
  readonly serverTs: string;
  readonly nonce: string;
}

/** One row of `tools/list`. */
export interface ToolInfo {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly category: string;
  readonly inputSchema: JsonObject;
  readonly outputSchema: JsonObject;
  readonly execution: Execution;
  readonly annotations: {
    readonly idempotentHint: boolean;
    readonly readOnlyHint: boolean;
    readonly cacheTtlMs?: number;
    readonly timeoutMs: number;
  };
}

export interface ToolListResult {
  readonly tools: readonly ToolInfo[];
  readonly nextCursor?: string;
}

/** `notifications/progress`. */
export interface ProgressParams {
  readonly progressToken: string | number;
  /** 0 to 1, never falling. */
  readonly progress: number;
  readonly total: 1;
  readonly message?: string;
  readonly stage?: string;
  readonly stageProgress?: number;
}

/** `notifications/cancelled`. */
export interface CancelledParams {
  readonly requestId: string | number;
  readonly reason?: string;
}
