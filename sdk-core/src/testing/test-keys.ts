import { CallError, type CallMeta, freesKey, type Json, type JsonObject, type ToolContext } from '@callsheet/protocol';
import type { Clock } from '../clock.ts';
import { sorted } from '../layers/cache-key.ts';

/** How long an outcome is kept after its call; PROTOCOL.md, «Keys». Milliseconds. */
const KEPT_MS = 600_000;

/** One request under a key, as it waits. */
export interface KeyedRequest {
  readonly tool: string;
  readonly key: string;
  readonly args: JsonObject;
  readonly meta: CallMeta;
  /** Aborted when it is cancelled, or when its session ends. */
  readonly signal: AbortSignal;
  /** Whether its connection was lost, when it is aborted: its caller may come back. */
  readonly isLost: () => boolean;
  readonly progress: Progress;
}

type Progress = ToolContext['progress'];
type RunTool = (signal: AbortSignal, progress: Progress) => Json | Promise<Json>;
type Outcome = { readonly value: Json } | { readonly error: unknown };

/** The one outcome, and whether another request was what ran it. */
interface Answer {
  readonly outcome: Promise<Outcome>;
  readonly replayed: boolean;
}

class Run {
  readonly print: string;
  readonly abort = new AbortController();
  readonly over: Promise<Outcome>;
  readonly waiting = new Set<KeyedRequest>();
  /** How many of those who wait have lost their connection. */
  lost = 0;
  /** By the gateway's clock; undefined while it runs. */
  endedAt: number | undefined;
  #end: (outcome: Outcome | Promise<Outcome>) => void = () => undefined;

  constructor(print: string) {
    this.print = print;
    this.over = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  start(run: RunTool): Promise<Outcome> {
    const { signal } = this.abort;
    const tell: Progress = (report) => {
      for (const { progress } of this.waiting) progress(report);
    };
    const value = new Promise<Json>((resolve) => resolve(run(signal, tell)));
    this.#end(
      unlessAborted(value, signal).then(
        (done): Outcome => ({ value: done }),
        (error: unknown): Outcome => ({ error }),
      ),
    );
    return this.over;
  }
}

/** Runs calls of a test gateway once for each key. Outcomes outlive sessions and restarts, as on a real one. */
export class TestKeys {
  readonly #now: Clock['now'];
  readonly #runs = new Map<string, Run>();
  /** What ran when the gateway went down, and what was asked of it. */
  readonly #crashed = new Map<string, string>();

  constructor(now: Clock['now']) {
    this.#now = now;
  }

  /**
   * The one outcome of what is asked for under this key.
   *
   * @throws CallError IDEMPOTENCY_MISMATCH; CONFLICT for what may have run when the gateway went down
   */
  answer(request: KeyedRequest, idempotent: boolean, run: RunTool): Answer {
    const { tool, key, args, meta } = request;
    const id = JSON.stringify([tool, key]);
    const print = JSON.stringify([args, meta.project ?? 'default', meta.dryRun ?? false], sorted);
    const known = this.#find(id);
    if ((known?.print ?? this.#crashed.get(id) ?? print) !== print) {
      throw new CallError('IDEMPOTENCY_MISMATCH', `The key of this call of "${tool}" stands for another one`);
    }
    if (this.#crashed.has(id) && !idempotent) {
      throw new CallError('CONFLICT', `This call of "${tool}" may have run`, { maybeExecuted: true });
    }
    if (known !== undefined) return this.#join(known, request, true);
    this.#crashed.delete(id);
    const begun = new Run(print);
    this.#runs.set(id, begun);
    const joined = this.#join(begun, request, false);
    void begun.start(run).then((outcome) => {
      begun.endedAt = this.#now();
      const free = 'error' in outcome && freesKey(CallError.from(outcome.error), idempotent);
      if (free && this.#runs.get(id) === begun) this.#runs.delete(id);
    });
    return joined;
  }

  /** The gateway went down: what ran is over, and nobody knows how it ended. */
  crash(): void {
    for (const [id, { abort, print, endedAt }] of this.#runs) {
      if (endedAt !== undefined) continue;
      this.#runs.delete(id);
      this.#crashed.set(id, print);
      abort.abort(new CallError('CANCELLED', 'the gateway restarted'));
    }
  }

  #find(id: string): Run | undefined {
    const run = this.#runs.get(id);
    if (run?.endedAt === undefined || this.#now() - run.endedAt < KEPT_MS) return run;
    this.#runs.delete(id);
    return undefined;
  }

  #join(run: Run, request: KeyedRequest, replayed: boolean): Answer {
    const { signal, isLost } = request;
    run.lost = Math.max(0, run.lost - 1);
    run.waiting.add(request);
    const leave = (): void => {
      run.waiting.delete(request);
      if (isLost()) run.lost += 1;
      const mayHaveRun = new CallError('CANCELLED', 'nobody waits for it', { maybeExecuted: true });
      if (run.waiting.size + run.lost === 0) run.abort.abort(mayHaveRun);
    };
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave);
    return { outcome: run.over, replayed };
  }
}

/** What is aborted is over at once, whatever it still does. */
export function unlessAborted<T>(value: T | Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason));
    Promise.resolve(value).then(resolve, reject);
  });
}
