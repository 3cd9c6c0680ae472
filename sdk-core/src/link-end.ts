import { AuthError, ConnectionError, type ErrorCode, RpcClientError } from './errors.ts';
import type { CloseInfo } from './transport.ts';

/** Why a link is over, and whether dialling again can help. */
export interface LinkEnd {
  readonly error: RpcClientError;
  readonly code: number;
  readonly reason: string;
  /** False when every further dial would end the same way. */
  readonly retry: boolean;
}

type Verdict = readonly [new (code: ErrorCode, message: string, facts: object) => RpcClientError, ErrorCode, string];

const STRANGERS: Verdict = [RpcClientError, 'PROTOCOL', 'Cannot talk to this gateway: update it or this client'];

/** Close codes of the protocol after which every further dial would end the same way. */
const FINAL: Readonly<Record<number, Verdict>> = {
  4400: STRANGERS,
  4401: [AuthError, 'AUTH', 'Cannot open a session: the gateway refused the credential'],
  4403: [AuthError, 'FORBIDDEN', 'Cannot open a session: not allowed to connect'],
  4406: STRANGERS,
  4409: [ConnectionError, 'CLOSED', 'Another connection took this session over'],
};

/** True when the server asks to be left alone for a while (1013 try later, 4429 abuse): the first retry must not come at once. */
export function isOverload(code: number): boolean {
  return code === 1013 || code === 4429;
}

/** Reads a close code. `opened` tells a session that was lost from one that never was. */
export function endFromClose({ code, reason, cause }: CloseInfo, opened: boolean): LinkEnd {
  const final = FINAL[code];
  const retry = final === undefined;
  const [Class, name, sentence]: Verdict =
    final ??
    (opened
      ? [ConnectionError, 'CONNECTION_LOST', 'The connection was lost']
      : [ConnectionError, 'CONNECT_FAILED', 'Cannot connect']);
  const because = reason === '' ? '' : `, "${reason}"`;
  const facts = { closeCode: code, cause, retryable: retry };
  return { error: new Class(name, `${sentence} (code ${code}${because})`, facts), code, reason, retry };
}

/** The gateway answered `session/open` with an error. */
export function endFromRefusal(error: RpcClientError): LinkEnd {
  return { error, code: 1000, reason: error.message, retry: error.retryable };
}
