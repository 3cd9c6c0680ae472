/**
 * The one error table. Codes below zero are JSON-RPC's own; ours are positive, because −32768…−32000 belongs to JSON-RPC
 * and MCP, and floor(code / 10) is the HTTP status. PROTOCOL.md prints this table, and a test holds the two together.
 */

/** When a caller may try again: `with-key` = only with an idempotency key, `by-cause` = the error itself says. */
export type Retry = 'no' | 'yes' | 'with-key' | 'by-cause' | 'later' | 'new-credential';

export interface ErrorRow {
  readonly code: number;
  readonly http: number;
  readonly retry: Retry;
  /** The WebSocket close code when the error ends the connection. */
  readonly close?: number;
  /** What it means, for the documentation and as the default message. */
  readonly meaning: string;
}

export const ERRORS = {
  PARSE_ERROR: { code: -32700, http: 400, retry: 'no', close: 1008, meaning: 'The text is not JSON' },
  INVALID_REQUEST: { code: -32600, http: 400, retry: 'no', meaning: 'The JSON is not a JSON-RPC 2.0 request' },
  METHOD_NOT_FOUND: { code: -32601, http: 404, retry: 'no', meaning: 'No such method' },
  INVALID_PARAMS: { code: -32602, http: 400, retry: 'no', meaning: 'The parameters do not fit the schema' },
  INTERNAL: { code: -32603, http: 500, retry: 'with-key', close: 1011, meaning: 'A fault of the server' },
  UNAUTHENTICATED: { code: 4010, http: 401, retry: 'new-credential', close: 4401, meaning: 'No valid credential' },
  TOKEN_EXPIRED: {
    code: 4011,
    http: 401,
    retry: 'new-credential',
    close: 4401,
    meaning: 'The session outlived its token',
  },
  FORBIDDEN: { code: 4030, http: 403, retry: 'no', close: 4403, meaning: 'The role does not allow this' },
  PATH_NOT_ALLOWED: { code: 4031, http: 403, retry: 'no', meaning: 'The path lies outside the sandbox' },
  TOOL_DENIED: { code: 4032, http: 403, retry: 'no', meaning: 'The role may not call this tool' },
  ORIGIN_NOT_ALLOWED: { code: 4033, http: 403, retry: 'no', close: 4403, meaning: 'The web page may not connect' },
  NOT_FOUND: { code: 4040, http: 404, retry: 'no', meaning: 'No such job, asset or session, or not yours' },
  TOOL_NOT_FOUND: { code: 4041, http: 404, retry: 'no', meaning: 'No such tool' },
  CONFLICT: { code: 4090, http: 409, retry: 'no', close: 4409, meaning: 'The state does not allow this' },
  IDEMPOTENCY_IN_PROGRESS: { code: 4091, http: 409, retry: 'yes', meaning: 'A call with this key is still running' },
  REQUEST_TOO_LARGE: { code: 4130, http: 413, retry: 'no', close: 1009, meaning: 'The message is too large' },
  ARRAY_TOO_LARGE: { code: 4131, http: 413, retry: 'no', meaning: 'An array has too many items' },
  URL_NOT_ALLOWED: { code: 4220, http: 422, retry: 'no', meaning: 'The URL may not be fetched' },
  IDEMPOTENCY_MISMATCH: { code: 4221, http: 422, retry: 'no', meaning: 'The key was used with other arguments' },
  CONTENT_REFUSED: { code: 4222, http: 422, retry: 'no', meaning: 'A provider refused the content' },
  PROTOCOL_VERSION_MISMATCH: {
    code: 4260,
    http: 426,
    retry: 'no',
    close: 4406,
    meaning: 'No protocol version in common',
  },
  RATE_LIMITED: { code: 4290, http: 429, retry: 'yes', close: 4429, meaning: 'Too many calls in a time' },
  TOO_MANY_IN_FLIGHT: { code: 4291, http: 429, retry: 'yes', meaning: 'Too many calls at once' },
  QUOTA_EXCEEDED: { code: 4292, http: 429, retry: 'yes', meaning: 'The quota is used up' },
  CANCELLED: { code: 4990, http: 499, retry: 'no', meaning: 'The caller cancelled' },
  NOT_IMPLEMENTED: { code: 5010, http: 501, retry: 'no', meaning: 'Known, but not offered by this server' },
  UPSTREAM_ERROR: { code: 5020, http: 502, retry: 'by-cause', meaning: 'A provider or worker failed' },
  TOOL_FAILED: { code: 5021, http: 502, retry: 'by-cause', meaning: 'The tool ran and failed' },
  OVERLOADED: { code: 5030, http: 503, retry: 'yes', close: 1013, meaning: 'Too much work is waiting' },
  CIRCUIT_OPEN: { code: 5031, http: 503, retry: 'yes', meaning: 'The worker is cut off until it recovers' },
  DRAINING: { code: 5032, http: 503, retry: 'yes', close: 1012, meaning: 'The server is going down for a restart' },
  UNAVAILABLE: { code: 5033, http: 503, retry: 'yes', meaning: 'No healthy worker offers the tool' },
  DEADLINE_EXCEEDED: { code: 5040, http: 504, retry: 'with-key', meaning: 'The call did not finish in time' },
  STORAGE_FULL: { code: 5070, http: 507, retry: 'later', meaning: 'The disk is full' },
} as const satisfies Record<string, ErrorRow>;

export type ErrorName = keyof typeof ERRORS;

const NAMES = new Map<number, ErrorName>(Object.entries(ERRORS).map(([name, row]) => [row.code, name as ErrorName]));

/** The name of a wire code, or undefined for a code this version does not know. */
export function errorName(code: number): ErrorName | undefined {
  return NAMES.get(code);
}

/** One place where an argument does not fit its schema. */
export interface Issue {
  /** JSON pointer into the arguments. */
  readonly path: string;
  /** The JSON Schema keyword that failed. */
  readonly keyword: string;
  readonly message: string;
}
