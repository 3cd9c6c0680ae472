import { channel } from 'node:diagnostics_channel';
import {
  type AttemptObservation,
  type CallError,
  CHANNELS,
  type Params,
  type Principal,
  type ProviderObservation,
  type RequestMarks,
  type RequestObservation,
  type Transport,
} from '@callsheet/protocol';
import type { Messages } from '../../src/observe/handlers.ts';

/** Publishes on the real channel. */
export function tell<Name extends keyof Messages>(name: Name, message: Messages[Name]): void {
  channel(CHANNELS[name]).publish(message);
}

interface Asked {
  readonly method?: string;
  readonly params?: Params;
  readonly transport?: Transport;
  readonly principal?: Principal;
  readonly marks?: RequestMarks;
  readonly startedAt?: number;
}

export function request(asked: Asked = {}): RequestObservation {
  return {
    method: 'ping',
    params: undefined,
    transport: 'websocket',
    requestId: 'r1',
    sessionId: 's1',
    principal: { id: 'ada', role: 'user', scopes: [] },
    startedAt: 1000,
    endedAt: 0,
    workMs: 0,
    error: undefined,
    marks: undefined,
    traceparent: undefined,
    note: undefined,
    ...asked,
  };
}

export function callOf(tool: string, asked: Asked = {}): RequestObservation {
  return request({ method: 'tools/call', params: { name: tool, arguments: {} }, ...asked });
}

interface Ended {
  readonly tookMs?: number;
  readonly workMs?: number;
  readonly error?: CallError;
  readonly traceparent?: string;
}

/** Ends a request that was begun. */
export function end(
  observation: RequestObservation,
  { tookMs = 10, workMs = 0, error, traceparent }: Ended = {},
): void {
  observation.endedAt = observation.startedAt + tookMs;
  observation.workMs = workMs;
  observation.error = error;
  observation.traceparent ??= traceparent;
  tell('requestEnd', observation);
}

/** A request from its beginning to its end. */
export function run(observation: RequestObservation, ended: Ended = {}): void {
  tell('requestStart', observation);
  end(observation, ended);
}

export function attempt(tool: string, asked: Partial<AttemptObservation> = {}): AttemptObservation {
  return {
    tool,
    worker: 'gpu',
    workerId: 'w1',
    strategy: 'round-robin',
    attempt: 1,
    jobId: undefined,
    parent: undefined,
    startedAt: 0,
    endedAt: 0,
    outcome: undefined,
    error: undefined,
    traceparent: undefined,
    note: undefined,
    ...asked,
  };
}

export function exchange(asked: Partial<ProviderObservation> = {}): ProviderObservation {
  return {
    provider: 'openai',
    operation: 'chat',
    model: undefined,
    parent: undefined,
    startedAt: 0,
    durationMs: 1500,
    outcome: 'ok',
    retries: 0,
    units: undefined,
    costUsd: undefined,
    credits: undefined,
    quota: undefined,
    traceparent: undefined,
    note: undefined,
    ...asked,
  };
}
