import type { ConnectionState } from '../connection-state.ts';
import type { ErrorCode } from '../errors.ts';
import type { CallNotes } from '../invocation.ts';
import { callback, type OptionRule, objectOf } from '../option-rules.ts';

/** One call that ended. */
export interface CallRecord extends Readonly<CallNotes> {
  readonly method: string;
  /** The tool that was asked for, where the method asks for one. */
  readonly tool: string | undefined;
  readonly ok: boolean;
  /** Of the error, when there was one. */
  readonly code: ErrorCode | undefined;
  readonly durationMs: number;
}

/** What happened to a connection. */
export interface ConnectionRecord {
  readonly state: ConnectionState;
  /** The newest time a keep-alive question took to be answered. */
  readonly rttMs?: number;
}

/** Watches the client: metrics and traces. What a hook throws surfaces as the platform's uncaught error; no call suffers. */
export interface Telemetry {
  /** Puts `traceparent` and `tracestate` of the span around the call into `carrier`. Not asked when the caller gave a trace. */
  inject?(carrier: Record<string, string>): void;
  /** Told once of every call. */
  onCall?(call: CallRecord): void;
  onConnection?(connection: ConnectionRecord): void;
}

/** Of the client's option `telemetry`. */
export const telemetryRule: OptionRule = /* @__PURE__ */ objectOf<Telemetry>({
  inject: callback,
  onCall: callback,
  onConnection: callback,
});
