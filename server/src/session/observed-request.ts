import type { CallError, Params, Principal, RequestMarks, RequestObservation, Transport } from '@callsheet/protocol';
import { requestEnd, requestStart } from '../channels.ts';

/** One request, told to those who listen. A class, because those who listen read its members for every request. */
export class ObservedRequest implements RequestObservation {
  readonly method: string;
  readonly params: Params | undefined;
  readonly transport: Transport;
  readonly requestId: string;
  readonly sessionId: string;
  readonly principal: Principal | undefined;
  readonly startedAt: number;
  readonly marks: RequestMarks | undefined;
  endedAt = 0;
  workMs = 0;
  error: CallError | undefined = undefined;
  traceparent: string | undefined = undefined;
  note: unknown = undefined;

  constructor(
    { method, params }: { readonly method: string; readonly params: Params | undefined },
    { transport, sessionId, principal }: Asking,
    requestId: string,
    startedAt: number,
    marks: RequestMarks | undefined,
  ) {
    this.method = method;
    this.params = params;
    this.transport = transport;
    this.requestId = requestId;
    this.sessionId = sessionId;
    this.principal = principal;
    this.startedAt = startedAt;
    this.marks = marks;
  }
}

/** Whether anybody listens; some to the ends alone. */
export function isObserved(): boolean {
  return requestStart.hasSubscribers || requestEnd.hasSubscribers;
}

/** Who asks, and through which door. */
export interface Asking {
  readonly transport: Transport;
  readonly sessionId: string;
  readonly principal: Principal | undefined;
}

/** Of so many requests one is followed along its road: looking at the clock at every turn would cost more than the road. */
const MARKED = 64;

/** Gives marks to one request of many. */
export class Marker {
  #left = 1;

  /** Whether the next request is followed: then it matters when its frame came. */
  get isDue(): boolean {
    return this.#left === 1;
  }

  next(): RequestMarks | undefined {
    this.#left -= 1;
    if (this.#left > 0) return undefined;
    this.#left = MARKED;
    return { parsed: 0, checked: 0, sent: 0, answered: 0 };
  }
}
