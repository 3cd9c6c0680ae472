import type { CallError } from './call-error.ts';
import type { Params } from './messages.ts';
import type { Principal } from './tool.ts';

/**
 * Where the rooms tell what they do: names of channels of `node:diagnostics_channel`, each with one shape of message. Rooms
 * publish and know nothing of who listens; without a listener it costs one look at `hasSubscribers`.
 *
 * What takes time is told twice with the same object, when it begins and when it has ended. Whoever listens to the beginning
 * may leave a `traceparent` in it: what follows is then part of that span, and travels with it.
 */
export const CHANNELS = {
  /** A request on its way through the gateway: RequestObservation. */
  requestStart: 'callsheet:request:start',
  requestEnd: 'callsheet:request:end',
  /** One attempt at one worker, of a call whose trace is sampled: AttemptObservation. All are counted where they are made. */
  attemptStart: 'callsheet:attempt:start',
  attemptEnd: 'callsheet:attempt:end',
  /** A worker elsewhere told how it worked on an attempt of a sampled trace: WorkObservation, once, when its answer came. */
  work: 'callsheet:work',
  /** One exchange with a provider: ProviderObservation. */
  providerStart: 'callsheet:provider:start',
  providerEnd: 'callsheet:provider:end',
  /** A job comes a step further: JobObservation. */
  job: 'callsheet:job',
  /** A connection was opened, closed or refused, a session came back: ConnectionObservation. */
  connection: 'callsheet:connection',
  /** Somebody showed a credential: CredentialObservation. */
  credential: 'callsheet:credential',
  /** Something happened that is counted and has no duration: OccurrenceObservation. */
  occurrence: 'callsheet:occurrence',
} as const;

/** A channel of `node:diagnostics_channel`, as publishers need it. */
export interface ObservationChannel<Message> {
  readonly hasSubscribers: boolean;
  publish(message: Message): void;
}

/** The door something came through. */
export type Transport = 'websocket' | 'http' | 'mcp' | 'sse' | 'stdio' | 'tcp' | 'internal';

/** What a listener may leave behind. */
export interface Observed {
  /** W3C traceparent of the span this is; undefined while nobody made one. Set by who listens to the beginning. */
  traceparent: string | undefined;
  /** Whatever the listener wants to find again at the end. */
  note: unknown;
}

/** One request, whatever became of it. */
export interface RequestObservation extends Observed {
  /** As it was sent: not necessarily one there is. */
  readonly method: string;
  readonly params: Params | undefined;
  readonly transport: Transport;
  readonly requestId: string;
  readonly sessionId: string;
  /** Undefined before the session is open. */
  readonly principal: Principal | undefined;
  /** When its frame came, in milliseconds of a clock that never jumps. */
  readonly startedAt: number;
  /** The same, when its answer was ready; 0 before. */
  endedAt: number;
  /** How long workers had it, in milliseconds; the rest is the gateway's own time. */
  workMs: number;
  /** Undefined for a good answer. */
  error: CallError | undefined;
  /** When it reached which part of the road, for one request of many; undefined for the others. */
  readonly marks: RequestMarks | undefined;
}

/** Moments on the road of one request, in milliseconds of the same clock; 0 where it never came to. */
export interface RequestMarks {
  /** Its frame was taken apart. */
  parsed: number;
  /** Every layer let it pass. */
  checked: number;
  /** A worker was found and is being asked. */
  sent: number;
  /** The worker answered. */
  answered: number;
}

/** One attempt at one worker. */
export interface AttemptObservation extends Observed {
  readonly tool: string;
  /** Its name, as people know it: several workers may have the same. */
  readonly worker: string;
  readonly workerId: string;
  readonly strategy: string;
  /** 1 for the first. */
  readonly attempt: number;
  readonly jobId: string | undefined;
  /** W3C traceparent of what asked for it. */
  readonly parent: string | undefined;
  readonly startedAt: number;
  endedAt: number;
  /** What it says of the worker: `soft` slow or busy, `hard` its fault, `neutral` nothing. */
  outcome: 'ok' | 'soft' | 'hard' | 'neutral' | undefined;
  error: CallError | undefined;
}

/** How a worker elsewhere worked on an attempt. */
export interface WorkObservation {
  readonly tool: string;
  readonly worker: string;
  /** W3C traceparent of the attempt. */
  readonly parent: string;
  /** W3C traceparent of this. */
  readonly traceparent: string;
  /** Milliseconds since the epoch, by the clock of the gateway. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** Undefined for a good answer. */
  readonly error: CallError | undefined;
}

/** One exchange with somebody else's service. A `traceparent` it has from the beginning was given to it where it took place. */
export interface ProviderObservation extends Observed {
  readonly provider: string;
  /** E.g. `chat`, `speech`, `image`. */
  readonly operation: string;
  readonly model: string | undefined;
  /** W3C traceparent of the tool's call. */
  readonly parent: string | undefined;
  /** Milliseconds since the epoch: it may be told in another process. */
  readonly startedAt: number;
  durationMs: number;
  outcome: 'ok' | 'error' | 'timeout' | 'rate_limited' | 'cancelled' | undefined;
  /** How often it was tried again. */
  retries: number;
  /** What was used, by unit: `tokens_in`, `tokens_out`, `characters`, `seconds`, `images`. */
  units: Readonly<Record<string, number>> | undefined;
  costUsd: number | undefined;
  credits: number | undefined;
  /** What is left, by name of the quota, as a share of the whole, 0 to 1. */
  quota: Readonly<Record<string, number>> | undefined;
}

/** A job came a step further. `tool` is its kind. */
export type JobObservation = {
  readonly jobId: string;
  readonly tool: string;
  readonly principalId: string;
  /** W3C traceparent its caller sent along. */
  readonly parent: string | undefined;
} & (
  | { readonly type: 'submitted' }
  | { readonly type: 'started'; readonly waitMs: number; readonly attempt: number }
  | { readonly type: 'stage'; readonly stage: string; readonly durationMs: number }
  | { readonly type: 'interrupted' | 'retried' }
  | {
      readonly type: 'ended';
      readonly outcome: 'completed' | 'failed' | 'canceled';
      readonly durationMs: number;
      readonly error: string | undefined;
    }
);

/** What happened to a connection or the session on it. */
export type ConnectionObservation =
  | { readonly type: 'opened'; readonly transport: Transport }
  | {
      readonly type: 'closed';
      readonly transport: Transport;
      readonly code: number;
      readonly lifetimeMs: number;
    }
  | { readonly type: 'refused'; readonly transport: Transport; readonly error: CallError }
  | { readonly type: 'resumed'; readonly outcome: 'resumed' | 'expired' | 'gap' }
  | { readonly type: 'slow_consumer' }
  | { readonly type: 'pong'; readonly rttMs: number };

/** A credential was looked at. */
export interface CredentialObservation {
  readonly scheme: 'api_key' | 'jwt' | 'hmac' | 'ticket' | 'password' | 'certificate';
  readonly outcome: 'ok' | 'bad' | 'expired' | 'replay' | 'limited';
  readonly durationMs: number;
}

/** Something that is counted. */
export type OccurrenceObservation =
  /** A call that was asked for before under its key was answered with the same answer. */
  | { readonly type: 'replayed'; readonly tool: string }
  | { readonly type: 'cache'; readonly cache: string; readonly result: 'hit' | 'miss' | 'stale' | 'coalesced' }
  | { readonly type: 'evicted'; readonly cache: string; readonly reason: string }
  | { readonly type: 'retry' | 'retry_budget_exhausted'; readonly target: string }
  | { readonly type: 'fallback'; readonly from: string; readonly to: string }
  | { readonly type: 'health_check'; readonly worker: string; readonly outcome: 'ok' | 'failed' }
  | { readonly type: 'breaker'; readonly breaker: string; readonly to: 'closed' | 'half_open' | 'open' }
  | { readonly type: 'media'; readonly kind: string; readonly direction: 'stored' | 'served'; readonly bytes: number }
  /** `ratio`: seconds of media made in one second. */
  | { readonly type: 'render'; readonly kind: string; readonly ratio: number };
