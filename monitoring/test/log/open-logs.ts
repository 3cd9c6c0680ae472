import { channel } from 'node:diagnostics_channel';
import { CHANNELS, type RequestObservation } from '@callsheet/protocol';
import { FakeClock } from '../../../server/test/fake-clock.ts';
import { keptLog } from '../../../server/test/kept-log.ts';
import { type Logs, type LogsOptions, openLogs } from '../../src/log/logs.ts';
import { Redactor } from '../../src/redaction/redactor.ts';

/** A secret the configuration knows. */
export const SECRET = 'the-secret-of-the-configuration';

export interface OpenedLogs {
  readonly logs: Logs;
  readonly clock: FakeClock;
  readonly log: ReturnType<typeof keptLog>;
}

/** Logs on a clock whose hands the test turns. */
export async function openTestLogs(
  folder: string,
  { limits, ...options }: Partial<LogsOptions> = {},
): Promise<OpenedLogs> {
  const clock = new FakeClock();
  const log = keptLog();
  const redactor = new Redactor({ secrets: [SECRET] });
  const logs = await openLogs({
    ...{ folder, redactor, clock, log, snapshot: () => ({}) },
    ...options,
    // The clock of these tests stands: all calls would be of one second.
    limits: { callsAlone: 1_000_000, ...limits },
  });
  return { logs, clock, log };
}

/** Tells what the gateway would tell. */
export function publish(name: keyof typeof CHANNELS, message: unknown): void {
  channel(CHANNELS[name]).publish(message);
}

export function request(more: Partial<RequestObservation> = {}): RequestObservation {
  return {
    method: 'tools/call',
    params: { name: 'echo', arguments: {} },
    transport: 'websocket',
    requestId: 'req_a-b_1',
    sessionId: 'ses_1',
    principal: undefined,
    startedAt: 100,
    endedAt: 101.25,
    workMs: 1,
    error: undefined,
    marks: undefined,
    traceparent: undefined,
    note: undefined,
    ...more,
  };
}
