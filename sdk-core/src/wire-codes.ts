import type { ErrorCode } from './errors.ts';

/**
 * The client's code for numbers of the protocol's error table, or for the HTTP status, which is the number without its last
 * digit: so a number of a later version still finds its code. And for the close codes after which every further dial would end
 * the same way; no error has their numbers.
 */
const CODES: Readonly<Record<number, ErrorCode>> = {
  [-32700]: 'PROTOCOL',
  [-32600]: 'PROTOCOL',
  [-32601]: 'METHOD_NOT_FOUND',
  [-32602]: 'INVALID_PARAMS',
  4041: 'METHOD_NOT_FOUND',
  4221: 'CONFLICT',
  5031: 'CIRCUIT_OPEN',
  5033: 'UNAVAILABLE',
  401: 'AUTH',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  409: 'CONFLICT',
  413: 'TOO_LARGE',
  422: 'REFUSED',
  426: 'PROTOCOL',
  429: 'RATE_LIMITED',
  499: 'CANCELLED',
  501: 'METHOD_NOT_FOUND',
  502: 'TOOL_FAILED',
  503: 'OVERLOADED',
  504: 'TIMEOUT',
  507: 'OVERLOADED',
  4400: 'PROTOCOL',
  4401: 'AUTH',
  4403: 'FORBIDDEN',
  4406: 'PROTOCOL',
  4409: 'CLOSED',
};

/** The code of an error's number. */
export function codeOfError(number: number): ErrorCode {
  return CODES[number] ?? CODES[Math.floor(number / 10)] ?? 'INTERNAL';
}

/** The code of a close code after which dialling again cannot help. Below 4400 are those of RFC 6455 and of whatever is in between. */
export function codeOfClose(closeCode: number): ErrorCode | undefined {
  return closeCode < 4400 ? undefined : CODES[closeCode];
}
