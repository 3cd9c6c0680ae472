import { AuthError, ConnectionError, type ErrorCode, RpcClientError } from './errors.ts';

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

/**
 * Reads a close code: why a link is over, `retryable` unless every further dial would end the same way.
 *
 * @param opened tells a session that was lost from one that never was
 * @param cause the platform's own error, where it gives one
 */
export function errorFromClose(closeCode: number, reason: string, opened: boolean, cause?: unknown): RpcClientError {
  const final = FINAL[closeCode];
  const lost: Verdict = opened
    ? [ConnectionError, 'CONNECTION_LOST', 'The connection was lost']
    : [ConnectionError, 'CONNECT_FAILED', 'Cannot connect'];
  const [Class, code, sentence] = final ?? lost;
  const message = `${sentence} (code ${closeCode}${reason && `, "${reason}"`})`;
  return new Class(code, message, { closeCode, cause, retryable: !final });
}
