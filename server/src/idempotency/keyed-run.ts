import { CallError, type ProgressReport } from '@callsheet/protocol';
import type { Clock } from '../clock.ts';
import type { ToolCall } from '../pipeline/layer.ts';
import { Cancellation } from '../session/cancellation.ts';
import type { Outcome } from './kept-calls.ts';

/** Somebody whose request is answered with the outcome of the run. */
interface Waiter {
  readonly call: ToolCall;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: CallError) => void;
  cancelTimer: (() => void) | undefined;
}

/**
 * One run under a key and everybody who waits for it, each with a deadline, progress and a wish to cancel of its own. It is
 * cancelled when nobody waits any more. Whose connection is lost counts as waiting, until its deadline or until somebody
 * comes with the same key: callers come back for their answer.
 */
export class KeyedRun {
  readonly print: string;
  /** Of the run itself. */
  readonly cancellation = new Cancellation();
  readonly #clock: Pick<Clock, 'after'>;
  readonly #waiting = new Set<Waiter>();
  readonly #absent = new Set<Waiter>();
  #newest: ProgressReport | undefined;
  #sent = false;
  #over: (() => void)[] = [];

  constructor(print: string, clock: Pick<Clock, 'after'>) {
    this.print = print;
    this.#clock = clock;
  }

  /** True when it is to end, so that it is nothing to wait for. */
  get isEnding(): boolean {
    return this.cancellation.reason !== undefined;
  }

  /** True when nobody wants its outcome. */
  get isUnwanted(): boolean {
    return this.#waiting.size + this.#absent.size === 0;
  }

  /** True when nobody hears its outcome, although somebody may come back for it. */
  get isUnheard(): boolean {
    return this.#waiting.size === 0 && this.#absent.size > 0;
  }

  /** Waits for the outcome. */
  join(call: ToolCall): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = { call, resolve, reject, cancelTimer: undefined };
      this.#comesBack();
      this.#waiting.add(waiter);
      const { cancellation, meta, tool, progress } = call;
      cancellation.settleWith((reason) => {
        if (cancellation.isLeft) this.#leaves(waiter, reason);
        else this.#givesUp(waiter, reason);
      });
      // The tool's own time limit is kept by the run.
      const ms = meta.deadlineMs ?? tool.timeoutMs;
      if (ms < tool.timeoutMs) waiter.cancelTimer = this.#clock.after(ms, () => this.#givesUp(waiter, undefined));
      if (this.#newest !== undefined) progress?.(this.#newest);
    });
  }

  /** The call as it is to run: for all who wait, not for the first of them. */
  sent(call: ToolCall): ToolCall {
    this.#sent = true;
    const { deadlineMs: _own, ...meta } = call.meta;
    return { ...call, meta, cancellation: this.cancellation, progress: (report) => this.#tell(report) };
  }

  /** Answers everybody who waits. */
  end(outcome: Outcome): void {
    for (const waiter of this.#absent) waiter.cancelTimer?.();
    this.#absent.clear();
    for (const waiter of this.#waiting) {
      this.#settle(waiter);
      if ('error' in outcome) waiter.reject(outcome.error);
      else waiter.resolve(outcome.result);
    }
    for (const over of this.#over.splice(0)) over();
  }

  /** Resolves when it has ended. */
  whenOver(): Promise<void> {
    return new Promise((resolve) => this.#over.push(resolve));
  }

  #tell(report: ProgressReport): void {
    this.#newest = report;
    for (const { call } of this.#waiting) call.progress?.(report);
  }

  #leaves(waiter: Waiter, reason: CallError): void {
    this.#waiting.delete(waiter);
    this.#absent.add(waiter);
    waiter.reject(reason);
  }

  /** One of those who left is who comes now; which of them makes no difference. */
  #comesBack(): void {
    const [waiter] = this.#absent;
    if (waiter === undefined) return;
    waiter.cancelTimer?.();
    this.#absent.delete(waiter);
  }

  /** `reason`: why it does not want to wait any more; its time is up when not given. */
  #givesUp(waiter: Waiter, reason: CallError | undefined): void {
    this.#settle(waiter);
    this.#absent.delete(waiter);
    const { call } = waiter;
    if (this.isUnwanted && this.#sent) this.#cancel(call, reason);
    waiter.reject(reason ?? tooLate(call, this.#sent, !this.isEnding));
  }

  /** The reason tells that it has not run; the dispatcher puts that right when it has. */
  #cancel(call: ToolCall, reason: CallError | undefined): void {
    const why = reason?.message ?? 'nobody waited any longer';
    this.cancellation.cancel(
      reason === undefined
        ? tooLate(call, false, false)
        : new CallError('CANCELLED', `The call under this key was cancelled: ${why}`, { maybeExecuted: false }),
    );
  }

  #settle(waiter: Waiter): void {
    this.#waiting.delete(waiter);
    waiter.cancelTimer?.();
    waiter.call.cancellation.settleWith(undefined);
  }
}

function tooLate({ tool, meta }: ToolCall, maybeExecuted: boolean, goesOn: boolean): CallError {
  const sentence = `Cannot finish "${tool.name}" within ${meta.deadlineMs ?? tool.timeoutMs} ms`;
  return new CallError('DEADLINE_EXCEEDED', sentence, { maybeExecuted, retryable: goesOn || tool.idempotent });
}
