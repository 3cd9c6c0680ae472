import type { JsonObject } from './json.ts';
import type { ProviderObservation } from './observations.ts';
import type { Principal } from './tool.ts';

/** Names one attempt of a job; a gateway that was gone knows it again by this. */
export interface JobAttempt {
  readonly id: string;
  readonly attempt: number;
}

/** A call a worker still works on, or has an answer of that it could not deliver. */
export interface HeldWork {
  /** The id of the request it came with. */
  readonly id: string;
  readonly job?: JobAttempt;
}

/** `services/register`. The registry checks the fields one by one and names the wrong one. */
export interface RegisterParams {
  readonly worker: {
    /** Random, 16 to 64 characters; the same for as long as the process lives. Only the worker and its gateways know it. */
    readonly instanceId: string;
    /** Grows with every registration. */
    readonly epoch: number;
    readonly name: string;
    readonly version: string;
    /** Calls it takes at once. */
    readonly slots: number;
    readonly tags?: readonly string[];
    readonly zone?: string;
    readonly weight?: number;
    /** `host:port` where Prometheus may scrape it. */
    readonly metricsAddress?: string;
  };
  /** Rows as in `tools/list`, with an optional `version`. */
  readonly tools: readonly JsonObject[];
  /** What it holds of an earlier connection. */
  readonly holds?: readonly HeldWork[];
}

export interface RegisterResult {
  /** Its public name in lists, events and metrics. */
  readonly workerId: string;
  readonly epoch: number;
  /** Send `services/heartbeat` this often, ± 10 % by dice; the first at once. */
  readonly heartbeatMs: number;
  /** How long a lost connection may be replaced before calls on it are given up; jobs wait for `keepJobsMs`. */
  readonly graceMs: number;
  /** How long to go on with a job's attempt while no gateway can be reached. */
  readonly keepJobsMs: number;
  /** Which of `holds` are still wanted; answer them on this connection. Stop the others. */
  readonly wanted: readonly string[];
  /** Names this registration in `PUT /v1/work/assets`. */
  readonly workKey: string;
}

/** `_meta` of a `tools/call` a gateway sends to a worker. */
export interface WorkMeta {
  /** How long it may take from now, in milliseconds. */
  readonly deadlineMs: number;
  /** 1 for the first attempt. */
  readonly attempt: number;
  readonly principal: Principal;
  readonly project: string;
  readonly dryRun?: boolean;
  readonly traceparent?: string;
  readonly tracestate?: string;
  readonly job?: JobAttempt;
}

/**
 * `_meta.observed` in an answer of a worker: in `result`, or in `error.data`. It tells what nobody else can see. Ids of spans
 * are 16 hexadecimal digits; they belong to the trace of the call, whatever a worker would like. Times count from the moment the
 * worker took the call, so that clocks need not agree. Members that cannot be read are left out, and never the answer's fault.
 */
export interface WorkObserved {
  /** How it worked on the call; only when the call's trace is sampled. */
  readonly span?: { readonly spanId: string; readonly durationMs: number };
  /** What it asked of providers for the call: 32 exchanges at most. */
  readonly providers?: readonly WorkExchange[];
}

/** One exchange of a worker with a provider. */
export interface WorkExchange
  extends Partial<Pick<ProviderObservation, 'model' | 'units' | 'costUsd' | 'credits' | 'quota'>> {
  readonly spanId?: string;
  readonly provider: string;
  readonly operation: string;
  readonly outcome: NonNullable<ProviderObservation['outcome']>;
  readonly afterMs: number;
  readonly durationMs: number;
  readonly retries?: number;
}

/** More are not told of one call. */
export const MOST_EXCHANGES = 32;

/** Where a worker stores a file for a call it works on: `PUT`, the bytes as the body. */
export const WORK_ASSETS_PATH = '/v1/work/assets';
/** `<workKey>.<request id>` */
export const WORK_HEADER = 'callsheet-work';
/** AssetFacts as JSON in base64url. */
export const ASSET_HEADER = 'callsheet-asset';
