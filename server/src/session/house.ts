import type { CallError, Principal, WireLimits } from '@callsheet/protocol';
import type { Clock } from '../clock.ts';
import type { Gcra } from '../limits/gcra.ts';
import type { Tally } from '../limits/tally.ts';
import type { MethodTable } from '../methods/table.ts';
import type { Conversation } from './conversation.ts';
import type { HistoryLimits } from './history.ts';
import type { Marker } from './observed-request.ts';
import type { ResumeDesk } from './resume-desk.ts';
import type { Session } from './session.ts';
import type { Traffic } from './traffic.ts';

/** What every conversation of one gateway has in common. Put together once, at start. */
export interface House {
  readonly methods: MethodTable;
  /** Refuses a method the caller may not use. @throws CallError */
  readonly demand: (principal: Principal, method: string) => void;
  readonly limits: WireLimits;
  /** Calls without an answer yet, on one connection. */
  readonly maxInFlight: number;
  /** The same over all connections of one caller. */
  readonly maxInFlightOf: (principal: Principal) => number;
  readonly windows: Tally;
  /** Requests of any kind on one connection; no bound when absent. */
  readonly connectionRate: Gcra | undefined;
  /** Answers that wait to be written, in characters; more are written at once. */
  readonly maxUnwritten: number;
  /** Longest answer of a batch, in characters: the members beyond are answered with an error. */
  readonly maxBatchAnswer: number;
  /** Longest message before the session is open. */
  readonly maxOpeningBytes: number;
  /** Unreadable messages before the connection is ended. */
  readonly maxUnreadable: number;
  /** Sessions whose clients may come back. */
  readonly desk: ResumeDesk<Conversation>;
  /** How long a session waits for its client; 0: not at all. */
  readonly resumeWindowMs: number;
  readonly history: HistoryLimits;
  readonly clock: Clock;
  /** True while the gateway is going down: new calls are refused. */
  readonly draining: () => boolean;
  /** Takes secrets out of what is told: errors, events, progress. The same reference when there are none. */
  readonly clean: <T>(told: T) => T;
  readonly nextRequestId: () => string;
  /** Which requests are followed along their road. */
  readonly marker: Marker;
  /** What came and went, counted. */
  readonly traffic: Traffic;
  /** Told of every fault that is ours, with the request id the caller got instead of its words. */
  readonly onFault: (error: CallError, requestId: string, method: string) => void;
  /** Told of every error but those of calls of tools, which the pipeline sees. */
  readonly onRefused: (asker: Session, method: string, error: CallError) => void;
  /** Runs its argument after the work at hand; `process.nextTick` in production. */
  readonly defer: (work: () => void) => void;
}
