import type { CallError, WireLimits } from '@callsheet/protocol';
import type { MethodTable } from '../methods/table.ts';
import type { PrincipalWindows } from './in-flight.ts';

/** What every conversation of one gateway has in common. Put together once, at start. */
export interface House {
  readonly methods: MethodTable;
  readonly limits: WireLimits;
  /** Calls without an answer yet, on one connection. */
  readonly maxInFlight: number;
  /** The same over all connections of one caller. */
  readonly maxInFlightPerPrincipal: number;
  readonly windows: PrincipalWindows;
  /** Longest message before the session is open. */
  readonly maxOpeningBytes: number;
  /** Unreadable messages before the connection is ended. */
  readonly maxUnreadable: number;
  /** True while the gateway is going down: new calls are refused. */
  readonly draining: () => boolean;
  readonly nextRequestId: () => string;
  /** Told of every fault that is ours, with the request id the caller got instead of its words. */
  readonly onFault: (error: CallError, requestId: string, method: string) => void;
  /** Runs its argument after the work at hand; `process.nextTick` in production. */
  readonly defer: (work: () => void) => void;
}
