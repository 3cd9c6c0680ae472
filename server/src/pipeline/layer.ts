import type {
  AnswerSecurity,
  CallMeta,
  JsonObject,
  Principal,
  ProgressReport,
  RequestObservation,
} from '@callsheet/protocol';
import type { CallOrigin } from '../audit/recorder.ts';
import type { Cancellation } from '../session/cancellation.ts';
import type { Check } from './schemas.ts';
import type { ServedTool } from './served-tool.ts';

/** A job that somebody wants to run again. */
export interface RetriedJob {
  readonly jobId: string;
  /** Who asks for it: the owner, or somebody whose role reaches that far. */
  readonly by: Principal;
}

/**
 * One request for a tool, on its way through the layers. Every door makes these and nothing else. No member is left out:
 * calls of one shape are twice as cheap to read, and a conditional spread costs more than the whole policy.
 */
export interface ToolCall {
  readonly tool: ServedTool;
  /** The tool's compiled input check, found together with it. */
  readonly checkInput: Check;
  readonly args: JsonObject;
  readonly meta: CallMeta;
  readonly principal: Principal;
  /** Ends the call: the caller cancelled or left, or its time is up. */
  readonly cancellation: Cancellation;
  /** Names the call in logs and errors. */
  readonly requestId: string;
  /** When it was taken up, by a clock that never jumps, in milliseconds. */
  readonly now: number;
  /** What is told of it; undefined when nobody listens. */
  readonly observation: RequestObservation | undefined;
  /** `submit`: make a durable job of it whatever the tool's own execution · `retry`: run the job named by `retries` again. */
  readonly mode: 'call' | 'submit' | 'retry';
  /** There when the mode is `retry`; the rest of the call is then what the job was accepted as. */
  readonly retries: RetriedJob | undefined;
  /** Where it came from, for the audit trail; absent for a call a tool makes. */
  readonly from: CallOrigin | undefined;
  /** Takes what ties the answer to the audit trail; there when somebody wants to know. */
  readonly receipt: { security?: AnswerSecurity; dryRun?: true; replayed?: true } | undefined;
  /** True for a call a tool makes: it was its caller's call that was counted. */
  readonly nested: boolean;
  /** Where progress goes; absent when nobody asked for it. */
  readonly progress: ((report: ProgressReport) => void) | undefined;
}

/** Does a call, or passes it on. */
export type Handler = (call: ToolCall) => Promise<unknown>;

/** Everything optional on the road of a call has this one shape. */
export type Layer = (next: Handler) => Handler;

/** Puts the layers around the last handler, first layer outermost. Done once at start, never per call. */
export function compose(layers: readonly Layer[], last: Handler): Handler {
  return layers.reduceRight<Handler>((next, layer) => layer(next), last);
}
