import type { EndpointCall, JobTicket } from '@callsheet/discovery';
import type { Asset, CallError, Json, JsonObject, ProgressReport, ToolContext } from '@callsheet/protocol';
import { ALICE } from '../session/talk.ts';

export const ASSET: Asset = {
  ...{ asset_id: 'ast_1', project: 'demo', url: 'https://gate.test/a', sha256: 'ab', bytes: 3 },
  ...{ kind: 'video', mime: 'video/mp4', extension: 'mp4', provider: 'test', created_at: '2026-11-21T08:00:00.000Z' },
};

/** One attempt of a call, as a dispatcher would hand it to a link. */
export class Asked implements EndpointCall {
  readonly tool = 'speak';
  readonly args: JsonObject = { text: 'hello' };
  readonly attempt = 1;
  readonly job: JobTicket | undefined;
  readonly context: ToolContext;
  readonly reports: ProgressReport[] = [];
  reason: CallError | undefined;
  interruptions = 0;
  #listener: ((reason: CallError) => void) | undefined;

  constructor(changes: Partial<ToolContext> = {}, job?: JobTicket) {
    this.job = job;
    this.context = {
      signal: new AbortController().signal,
      deadline: Date.UTC(2026, 10, 21, 8) + 30_000,
      principal: ALICE,
      project: 'demo',
      trace: {},
      dryRun: false,
      progress: (report: ProgressReport) => void this.reports.push(report),
      ...changes,
    } as ToolContext;
  }

  onAbort(listener: (reason: CallError) => void): void {
    if (this.reason === undefined) this.#listener = listener;
    else listener(this.reason);
  }

  interrupted(): void {
    this.interruptions += 1;
  }

  /** Nobody wants the answer any more. */
  abort(reason: CallError): void {
    if (this.reason !== undefined) return;
    this.reason = reason;
    this.#listener?.(reason);
  }
}

/** What became of a promise so far, without waiting for it. */
export class Outcome {
  /** How often it settled: a promise cannot twice, but what is behind it may try. */
  value: Json | undefined;
  error: CallError | undefined;
  settled = false;

  constructor(promise: Promise<Json>) {
    promise.then(
      (value) => {
        this.settled = true;
        this.value = value;
      },
      (error: CallError) => {
        this.settled = true;
        this.error = error;
      },
    );
  }

  /** The error's name and whether the tool may have run. */
  get told(): readonly [string | undefined, boolean | undefined] {
    return [this.error?.errorName, this.error?.facts.maybeExecuted];
  }
}
