import type { EndpointCall } from '@callsheet/discovery';
import type { CallError, JsonObject, ProgressReport, ToolContext, TraceContext } from '@callsheet/protocol';
import type { Clock } from '../../../src/clock.ts';

/** A call on its way to a worker, which the test can cancel. */
export interface Asked extends EndpointCall {
  readonly reports: ProgressReport[];
  abort(reason: CallError): void;
}

interface AskedFacts {
  readonly args?: JsonObject;
  readonly timeoutMs?: number;
  readonly trace?: TraceContext;
  readonly dryRun?: boolean;
  readonly job?: EndpointCall['job'];
}

export function asked(tool: string, clock: Pick<Clock, 'now'>, facts: AskedFacts = {}): Asked {
  const { args = {}, timeoutMs = 60_000, trace = {}, dryRun = false, job } = facts;
  const reports: ProgressReport[] = [];
  let reason: CallError | undefined;
  let listener: ((reason: CallError) => void) | undefined;
  const context: Partial<ToolContext> = {
    deadline: clock.now() + timeoutMs,
    principal: { id: 'key:alice', role: 'user', scopes: [] },
    project: 'default',
    trace,
    dryRun,
    progress: (report) => void reports.push(report),
  };
  return {
    ...{ tool, args, attempt: 1, job, reports },
    context: context as ToolContext,
    get reason() {
      return reason;
    },
    onAbort: (wish) => {
      listener = wish;
    },
    interrupted: () => {},
    abort: (why) => {
      reason = why;
      listener?.(why);
    },
  };
}

/** Resolves with what a promise is rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<CallError> {
  try {
    await promise;
  } catch (error) {
    return error as CallError;
  }
  throw new Error('it was not rejected');
}
