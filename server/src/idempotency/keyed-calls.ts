import { CallError, freesKey, type Json, type Principal } from '@callsheet/protocol';
import { occurrence } from '../channels.ts';
import type { Clock } from '../clock.ts';
import { projectOf } from '../host/call-meta.ts';
import { fingerprint, hashKey } from '../jobs/idempotency.ts';
import type { Handler, ToolCall } from '../pipeline/layer.ts';
import type { Claim, KeptCalls, Outcome } from './kept-calls.ts';
import { KeyedRun } from './keyed-run.ts';
import type { KeptCall } from './shelf.ts';

export interface KeyedCallsParts {
  readonly kept: KeptCalls;
  readonly clock: Pick<Clock, 'after'>;
  /** Calls under a key that may run at once for one caller, those without a connection among them. */
  readonly mostRunning: (principal: Principal) => number;
  /** Told how a call ended whose caller was answered that its connection is lost, and that nobody else waited for. */
  readonly unheard: (call: ToolCall, outcome: Outcome) => void;
}

/** Sees to it that what is asked for under one key runs once, and that everybody who asks for it gets the one outcome. */
export class KeyedCalls {
  readonly #parts: KeyedCallsParts;
  readonly #runs = new Map<string, KeyedRun>();
  #closing = false;
  #idle: (() => void)[] = [];

  constructor(parts: KeyedCallsParts) {
    this.#parts = parts;
  }

  /**
   * The outcome of the call under this key: of the run there was, of the one there is, or of the one that begins now.
   * Rejects with IDEMPOTENCY_MISMATCH for other arguments, and with CONFLICT, `maybeExecuted`, where it has run and its outcome
   * is not there.
   */
  answer(key: string, call: ToolCall, next: Handler): Promise<unknown> {
    const { principal, tool, args, meta } = call;
    const claim: Claim = {
      hash: hashKey(principal.id, tool.name, key),
      print: fingerprint(args, projectOf(call), meta.dryRun ?? false),
      owner: principal.id,
      durable: !tool.idempotent,
    };
    return this.#admit(claim, call, next);
  }

  /** Resolves when nothing runs any more, at the latest after `ms`. */
  async settled(ms: number): Promise<void> {
    if (this.#runs.size === 0 || ms <= 0) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#parts.clock.after(ms, resolve);
      this.#idle.push(() => {
        cancel();
        resolve();
      });
    });
  }

  /** What is remembered of calls, those under way among them. */
  get kept(): { readonly entries: number; readonly bytes: number } {
    return this.#parts.kept.usage;
  }

  /** Ends what runs. What may have had its effect stays claimed: after the next start nobody is told that it has not. */
  close(): void {
    this.#closing = true;
    const reason = new CallError('DRAINING', 'The gateway is going down', { maybeExecuted: false });
    for (const run of [...this.#runs.values()]) run.cancellation.cancel(reason);
    this.#parts.kept.close();
  }

  #admit(claim: Claim, call: ToolCall, next: Handler): Promise<unknown> {
    const { reason } = call.cancellation;
    if (reason !== undefined) return Promise.reject(reason);
    const run = this.#runs.get(claim.hash);
    const known = run ?? this.#parts.kept.find(claim.hash);
    if (known !== undefined && known.print !== claim.print) return Promise.reject(mismatch(call));
    if (run?.isEnding === true) return run.whenOver().then(() => this.#admit(claim, call, next));
    if (run !== undefined) {
      tellOfShelf('coalesced');
      markReplayed(call);
      return run.join(call);
    }
    const kept = known as KeptCall | undefined;
    tellOfShelf(kept === undefined ? 'miss' : 'hit');
    // Lost while it ran: twice does no harm.
    if (kept === undefined || (kept.fate === 'lost' && call.tool.idempotent)) return this.#begin(claim, call, next);
    return this.#replay(kept, call);
  }

  #replay(kept: KeptCall, call: ToolCall): Promise<unknown> {
    try {
      const outcome = this.#parts.kept.outcomeOf(kept);
      if (outcome === undefined) return Promise.reject(noOutcome(kept, call));
      markReplayed(call);
      return 'error' in outcome ? Promise.reject(outcome.error) : Promise.resolve(outcome.result);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #begin(claim: Claim, call: ToolCall, next: Handler): Promise<unknown> {
    try {
      const claimed = this.#parts.kept.begin(claim, this.#parts.mostRunning(call.principal));
      const run = new KeyedRun(claim.print, this.#parts.clock);
      this.#runs.set(claim.hash, run);
      const answer = run.join(call);
      void this.#run(run, claim, claimed, () => next(run.sent(call))).then((outcome) => {
        if (run.isUnheard) this.#parts.unheard(call, outcome);
        this.#over(claim, run, outcome);
      });
      return answer;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Never rejects. */
  async #run(
    run: KeyedRun,
    claim: Claim,
    claimed: Promise<void> | undefined,
    send: () => Promise<unknown>,
  ): Promise<Outcome> {
    const { kept } = this.#parts;
    try {
      // Only waited for where there is something to wait for: a turn of the queue is a turn.
      if (claimed !== undefined) await claimed;
    } catch (error) {
      return { error: CallError.from(error) };
    }
    if (run.isUnwanted || run.isEnding) {
      kept.free(claim);
      return { error: run.cancellation.reason ?? new CallError('CANCELLED', 'Nobody waits for the call any more') };
    }
    const outcome = await outcomeOf(send);
    if ('error' in outcome && freesKey(outcome.error, !claim.durable)) kept.free(claim);
    else if (!('error' in outcome && this.#closing)) await kept.end(claim, outcome);
    return outcome;
  }

  #over({ hash }: Claim, run: KeyedRun, outcome: Outcome): void {
    this.#runs.delete(hash);
    run.end(outcome);
    if (this.#runs.size === 0) for (const idle of this.#idle.splice(0)) idle();
  }
}

async function outcomeOf(send: () => Promise<unknown>): Promise<Outcome> {
  try {
    return { result: (await send()) as Json };
  } catch (error) {
    return { error: CallError.from(error) };
  }
}

function markReplayed({ receipt, tool }: ToolCall): void {
  if (occurrence.hasSubscribers) occurrence.publish({ type: 'replayed', tool: tool.name });
  if (receipt !== undefined) receipt.replayed = true;
}

function tellOfShelf(result: 'hit' | 'miss' | 'coalesced'): void {
  if (occurrence.hasSubscribers) occurrence.publish({ type: 'cache', cache: 'idempotency', result });
}

function mismatch({ tool }: ToolCall): CallError {
  const sentence = `Cannot call "${tool.name}" under this idempotency key: it stands for a call with other arguments, another project or another dryRun; use a key of its own`;
  return new CallError('IDEMPOTENCY_MISMATCH', sentence);
}

function noOutcome({ fate }: KeptCall, { tool }: ToolCall): CallError {
  const why =
    fate === 'large'
      ? 'it has run, and its result was too large to keep'
      : 'it may have run, and its outcome could not be stored any more';
  const sentence = `Cannot answer "${tool.name}" under this idempotency key: ${why}; look what it did before you call it under another key`;
  return new CallError('CONFLICT', sentence, { maybeExecuted: true });
}
