import { ConnectionError, type RpcClientError } from './errors.ts';
import { codeOfClose } from './wire-codes.ts';
import { classOf } from './wire-errors.ts';

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
  const final = codeOfClose(closeCode);
  const code = final ?? (opened ? 'CONNECTION_LOST' : 'CONNECT_FAILED');
  const Class = final === undefined ? ConnectionError : classOf(final);
  const told = `(code ${closeCode}${reason && `, "${reason}"`})`;
  const sentence = final
    ? `The gateway turned this client away ${told}; dialling again cannot help`
    : `${opened ? 'The connection was lost' : 'Cannot connect'} ${told}`;
  return new Class(code as never, sentence, { closeCode, cause, retryable: !final } as never);
}
