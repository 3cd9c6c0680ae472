import type { Channel } from './channel.ts';
import { CancelledError, ConnectionError, type RpcClientError, TimeoutError } from './errors.ts';
import type { CallSink, Invocation } from './invocation.ts';

/** One request between its start and its one outcome. */
export interface PendingCall {
  readonly id: number;
  readonly call: Invocation;
  readonly sink: CallSink;
  /** The whole message. */
  readonly text: string;
  readonly startedAt: number;
  /** When it began, or gave its last sign of life. By the engine's clock. */
  heardAt: number;
  /** Milliseconds it may be silent, and in all. */
  readonly idleMs: number;
  readonly totalMs: number;
  /** Which of the lanes it waits in. */
  readonly lane: number;
  /** It belongs to this connection alone. */
  readonly only: Channel | undefined;
  /** Where it is in flight. */
  channel: Channel | undefined;
  /** Where it was sent last; until then the server cannot have run it. */
  url: string | undefined;
  /** The only address where it may be sent again: there its idempotency key is known. */
  boundTo: string | undefined;
  /** It was sent before on a connection that was lost. */
  isReplay: boolean;
  /** Which message of its connection it was. */
  ordinal: number;
  /** When it began to wait for a connection, here or where it was sent; negative while it does not. */
  waitingSince: number;
  /** True while nobody knows yet whether it may be sent again. */
  undecided: boolean;
  unwatch: (() => void) | undefined;
}

/** How sentences name a call. */
export function labelOf({ tool, method }: Invocation): string {
  return tool === undefined ? `"${method}"` : `tool "${tool}"`;
}

/** The rejection of a call its caller gave up. `reason` is what the caller gave, kept as the cause. */
export function cancelledError(label: string, reason: unknown, maybeExecuted: boolean): CancelledError {
  const because = reason instanceof Error ? `: ${reason.message}` : typeof reason === 'string' ? `: ${reason}` : '';
  return new CancelledError('CANCELLED', `The caller cancelled ${label}${because}`, { cause: reason, maybeExecuted });
}

const WHY = { queue: 'could not be sent for', call: 'no answer and no progress for', total: 'not done within' };

/**
 * The rejection of a call that ran out of time.
 *
 * @param ms how long it had
 * @param maybeExecuted whether the server may have run it
 * @param isSafe whether running it twice does no harm
 */
export function timeoutError(
  call: Invocation,
  phase: keyof typeof WHY,
  ms: number,
  maybeExecuted: boolean,
  isSafe: boolean,
  cause?: RpcClientError,
): TimeoutError {
  const facts = { maybeExecuted, retryable: !maybeExecuted || isSafe, cause };
  return new TimeoutError(phase, `Gave up on ${labelOf(call)}: ${WHY[phase]} ${ms} ms`, facts);
}

/** The rejection of calls that come too late. `how` says what the client is up to. */
export function closedError(how: string): ConnectionError {
  return new ConnectionError('CLOSED', `Cannot start a call: the client ${how}; make a new client`);
}

/** The rejection of a call whose answer was lost. */
export function lostError({ call, url }: PendingCall, cause?: RpcClientError): ConnectionError {
  const isClosed = cause?.code === 'CLOSED';
  const why = isClosed ? 'client was closed' : 'connection was lost';
  const sentence = `The ${why} before ${labelOf(call)} was answered; it may have run`;
  const facts = { cause, maybeExecuted: url !== undefined };
  return new ConnectionError(isClosed ? 'CLOSED' : 'CONNECTION_LOST', sentence, facts);
}
