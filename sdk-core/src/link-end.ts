import { CLOSE_CODES } from '@callsheet/protocol';
import { AuthError, ConnectionError, RpcClientError } from './errors.ts';
import type { CloseInfo } from './transport.ts';

/** Why a link is over, and whether dialling again can help. */
export interface LinkEnd {
  readonly error: RpcClientError;
  readonly code: number;
  readonly reason: string;
  /** False when every further dial would end the same way. */
  readonly retry: boolean;
}

/** The server asks to be left alone for a while. */
const OVERLOADED: readonly number[] = [CLOSE_CODES.TRY_LATER.code, CLOSE_CODES.ABUSE.code];

/** True when the first retry must not come at once. */
export function isOverload(code: number): boolean {
  return OVERLOADED.includes(code);
}

/** Reads a close code. `opened` tells a session that was lost from one that never was. */
export function endFromClose(info: CloseInfo, opened: boolean): LinkEnd {
  const { code, reason } = info;
  const because = reason === '' ? `code ${code}` : `code ${code}, "${reason}"`;
  const facts = { closeCode: code, ...(info.cause !== undefined && { cause: info.cause }) };
  switch (code) {
    case CLOSE_CODES.UNAUTHENTICATED.code:
      return end(info, new AuthError('AUTH', `Cannot open a session: the gateway refused the credential (${because})`));
    case CLOSE_CODES.FORBIDDEN.code:
      return end(info, new AuthError('FORBIDDEN', `Cannot open a session: not allowed to connect (${because})`));
    case CLOSE_CODES.VERSION_MISMATCH.code:
    case CLOSE_CODES.BAD_OPENING.code:
      return end(
        info,
        new RpcClientError('PROTOCOL', `Cannot talk to this gateway (${because}); update client or gateway`),
      );
    case CLOSE_CODES.TAKEN_OVER.code:
      return end(info, new ConnectionError('CLOSED', `Another connection took this session over (${because})`, facts));
  }
  const error = opened
    ? new ConnectionError('CONNECTION_LOST', `The connection was lost (${because})`, { ...facts, retryable: true })
    : new ConnectionError('CONNECT_FAILED', `Cannot connect (${because})`, { ...facts, retryable: true });
  return { error, code, reason, retry: true };
}

/** The gateway answered `session/open` with an error. */
export function endFromRefusal(error: RpcClientError): LinkEnd {
  return { error, code: CLOSE_CODES.NORMAL.code, reason: error.message, retry: error.retryable };
}

function end({ code, reason }: CloseInfo, error: RpcClientError): LinkEnd {
  return { error, code, reason, retry: false };
}
