import { RpcClientError, TimeoutError } from '@callsheet/sdk-core';
import { UsageError } from './usage-error.ts';

/** What the shell is told. Scripts rely on these numbers. */
export const EXIT = {
  OK: 0,
  /** The tool or the job failed; the types are not those of the gateway. */
  FAILED: 1,
  /** The command line or the parameters are wrong; nothing was run. */
  USAGE: 2,
  /** The key is not accepted, or does not allow this. */
  AUTH: 3,
  /** The gateway cannot be reached, or was lost. */
  UNREACHABLE: 4,
  TIMED_OUT: 5,
  RATE_LIMITED: 6,
  /** Ctrl-C: 128 + SIGINT. */
  INTERRUPTED: 130,
} as const;

/** The exit code an error ends the program with. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return EXIT.USAGE;
  if (!RpcClientError.is(error)) return EXIT.FAILED;
  if (TimeoutError.is(error) && error.phase === 'connect') return EXIT.UNREACHABLE;
  switch (error.code) {
    case 'INVALID_PARAMS':
    case 'METHOD_NOT_FOUND':
      return EXIT.USAGE;
    case 'AUTH':
    case 'FORBIDDEN':
      return EXIT.AUTH;
    case 'CONNECT_FAILED':
    case 'CONNECTION_LOST':
    case 'CLOSED':
      return EXIT.UNREACHABLE;
    case 'TIMEOUT':
      return EXIT.TIMED_OUT;
    case 'RATE_LIMITED':
      return EXIT.RATE_LIMITED;
    default:
      return EXIT.FAILED;
  }
}
