import { CallError, type WireError } from '@callsheet/protocol';

const LONGEST_SENTENCE = 500;

/**
 * What an error of any JSON-RPC 2.0 server means to a caller (section 5.1 of the specification has the reserved codes). Its
 * `data` is left out: nobody knows what is in it.
 *
 * - −32602: INVALID_PARAMS. The arguments fit the schema in our list of its tools, and the server is stricter.
 * - −32601: NOT_IMPLEMENTED. Our list names a method it does not have; asking again does not help, and other tools may work.
 * - −32600, −32700: UPSTREAM_ERROR, not retryable: it does not understand what we send.
 * - −32603 and −32099…−32000: UPSTREAM_ERROR, retryable: the server failed. These count against it.
 * - all others, which are its own: TOOL_FAILED, not retryable: its verdict on this call, which says nothing of its health.
 */
export function jsonRpcError({ code, message }: WireError, server: string): CallError {
  const words = `"${server}" answered ${code}: ${message.replace(/\p{C}+/gu, ' ').slice(0, LONGEST_SENTENCE)}`;
  const details = { code };
  switch (code) {
    case -32602:
      return new CallError('INVALID_PARAMS', words, { details });
    case -32601:
      return new CallError('NOT_IMPLEMENTED', words, { details });
    case -32600:
    case -32700:
      return new CallError('UPSTREAM_ERROR', words, { details, retryable: false, maybeExecuted: false });
  }
  if (code === -32603 || (code <= -32000 && code >= -32099)) {
    return new CallError('UPSTREAM_ERROR', words, { details, retryable: true, maybeExecuted: true });
  }
  return new CallError('TOOL_FAILED', words, { details, retryable: false });
}
