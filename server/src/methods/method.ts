import type { JsonObject, RequestObservation } from '@callsheet/protocol';
import type { Cancellation } from '../session/cancellation.ts';
import type { Session } from '../session/session.ts';

/** One request, as its method sees it. */
export interface Invocation {
  readonly session: Session;
  /** Set off when the caller cancels or leaves. */
  readonly cancellation: Cancellation;
  /** Names the request in logs and errors. */
  readonly requestId: string;
  /** When it was taken up, by a clock that never jumps, in milliseconds. */
  readonly now: number;
  /** What is told of it; undefined when nobody listens. */
  readonly observation: RequestObservation | undefined;
}

/** What a method does with checked parameters: answers at once or later, or throws. */
export type Method = (params: JsonObject, invocation: Invocation) => unknown;
