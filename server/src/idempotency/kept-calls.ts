import { CallError, type Json, type ToolLog, type WireError } from '@callsheet/protocol';
import { occurrence } from '../channels.ts';
import type { Clock } from '../clock.ts';
import { toBytes } from '../jobs/job-record.ts';
import { type Fate, type KeptCall, Shelf } from './shelf.ts';
import type { StoredCalls } from './stored-calls.ts';

/** How a call ended, as its callers hear it. */
export type Outcome = { readonly result: Json } | { readonly error: CallError };

export interface KeepingLimits {
  /** How long an outcome is kept after its call ended. */
  readonly keepMs: number;
  readonly maxKeys: number;
  readonly maxKeysPerPrincipal: number;
  readonly maxBytes: number;
  readonly maxBytesPerPrincipal: number;
  /** Larger results are not kept. */
  readonly maxResultBytes: number;
}

export interface KeptCallsParts {
  readonly stored: StoredCalls;
  readonly clock: Pick<Clock, 'now' | 'after'>;
  readonly log: Pick<ToolLog, 'error'>;
  readonly limits: KeepingLimits;
  /** Takes secrets out of errors before they are stored. */
  readonly clean: <T>(told: T) => T;
}

/** A key a call is to run under. */
export interface Claim {
  readonly hash: string;
  readonly print: string;
  readonly owner: string;
  /** False: twice does no harm, so that only its outcome need outlive the process. */
  readonly durable: boolean;
}

/** When to ask again for a place that becomes free when a call ends, and the least between two sweeps. */
const PAUSE_MS = 1_000;

/**
 * What is remembered of calls under a key, and how much of it: which there are in memory, how they ended on disk. One process
 * alone writes the file, so memory is never behind it.
 */
export class KeptCalls {
  readonly #parts: KeptCallsParts;
  readonly #all: Shelf;
  readonly #byOwner = new Map<string, Shelf>();
  #cancelSweep: (() => void) | undefined;

  constructor(parts: KeptCallsParts) {
    const { limits, stored, clock } = parts;
    this.#parts = parts;
    this.#all = new Shelf({ keys: limits.maxKeys, bytes: limits.maxBytes });
    for (const kept of stored.load(clock.now())) this.#put(kept);
    this.#sweep();
  }

  find(hash: string): KeptCall | undefined {
    const kept = this.#all.get(hash);
    return kept === undefined || this.#isPast(kept) ? undefined : kept;
  }

  /** Undefined when there is none: it was too large, or is lost. */
  outcomeOf({ hash, fate }: KeptCall): Outcome | undefined {
    if (fate === 'large' || fate === 'lost') return undefined;
    const body = this.#parts.stored.bodyOf(hash);
    if (body === undefined || fate === 'result') return body === undefined ? undefined : { result: body };
    // Written by `end`, so that its shape is known.
    return { error: CallError.fromWire(body as unknown as WireError) };
  }

  /**
   * Takes a key for a call that is to run, instead of whatever it stood for. Of a durable claim the answer is a promise that
   * it is on disk; when it rejects, with STORAGE_FULL, nothing was taken.
   *
   * @param most calls of this caller that may run at once
   * @throws CallError TOO_MANY_IN_FLIGHT, OVERLOADED when keys of calls that run leave no room
   */
  begin(claim: Claim, most: number): Promise<void> | undefined {
    const { hash, owner, durable } = claim;
    const before = this.#all.get(hash);
    if (before !== undefined) this.#forget(before, 'expired');
    const own = this.#shelfOf(owner);
    own.running += 1;
    this.#all.running += 1;
    if (own.running <= most) this.#trim(own);
    const beyond = own.running > most || own.isOver;
    if (beyond || this.#all.isOver) {
      this.#leave(owner);
      throw noPlace(beyond);
    }
    if (!durable) return undefined;
    return this.#parts.stored.claim(claim).catch((error: unknown) => {
      this.#leave(owner);
      throw error;
    });
  }

  /** The call has not run, or may be repeated: its key is free. */
  free({ hash, owner, durable }: Claim): void {
    this.#leave(owner);
    if (!durable) return;
    this.#parts.stored.doom(hash);
    this.#parts.stored.removeDoomed();
  }

  /** Keeps how a call ended. Resolves when that is on disk, or could not be stored. Never rejects. */
  async end({ hash, print, owner, durable }: Claim, outcome: Outcome): Promise<void> {
    const { clock, log, stored } = this.#parts;
    const { fate, body } = this.#bodyOf(outcome);
    const kept: KeptCall = { hash, print, owner, fate, bytes: body?.length ?? 0, endedAt: clock.now() };
    this.#leave(owner);
    this.#put(kept);
    try {
      await stored.end(kept, body);
    } catch (error) {
      if (this.#all.get(hash) === kept) this.#take(kept);
      // On disk it still runs, and the next start will find it lost.
      if (durable) this.#put({ ...kept, fate: 'lost', bytes: 0 });
      log.error({ fault: String(error) }, 'could not keep the outcome of a call under a key');
    }
  }

  get usage(): { readonly entries: number; readonly bytes: number } {
    return { entries: this.#all.size, bytes: this.#all.bytes };
  }

  /** Takes its appointment back; what is kept stays on disk. */
  close(): void {
    this.#cancelSweep?.();
  }

  #bodyOf(outcome: Outcome): { readonly fate: Fate; readonly body?: Uint8Array } {
    const { limits, clean } = this.#parts;
    const failed = 'error' in outcome;
    const most = Math.min(limits.maxResultBytes, limits.maxBytes, limits.maxBytesPerPrincipal);
    try {
      const body = toBytes(JSON.stringify(failed ? clean(outcome.error.toWire()) : outcome.result) ?? 'null');
      return body.length > most ? { fate: 'large' } : { fate: failed ? 'error' : 'result', body };
    } catch {
      // A tool of this process can answer what JSON has no words for; its callers are told when it is to be sent.
      return { fate: 'lost' };
    }
  }

  #put(kept: KeptCall): void {
    const own = this.#shelfOf(kept.owner);
    own.put(kept);
    this.#all.put(kept);
    this.#trim(own);
    this.#appoint();
  }

  /** What there is too much of goes, the oldest first; what runs stays. */
  #trim(own: Shelf): void {
    for (const shelf of [own, this.#all]) {
      while (shelf.isOver && shelf.oldest !== undefined) this.#forget(shelf.oldest, 'full');
    }
  }

  #forget(kept: KeptCall, reason: 'full' | 'expired'): void {
    if (occurrence.hasSubscribers) occurrence.publish({ type: 'evicted', cache: 'idempotency', reason });
    this.#take(kept);
    this.#parts.stored.doom(kept.hash);
  }

  #take(kept: KeptCall): void {
    this.#all.remove(kept);
    this.#byOwner.get(kept.owner)?.remove(kept);
    this.#tidy(kept.owner);
  }

  #leave(owner: string): void {
    this.#shelfOf(owner).running -= 1;
    this.#all.running -= 1;
    this.#tidy(owner);
  }

  #tidy(owner: string): void {
    if (this.#byOwner.get(owner)?.size === 0) this.#byOwner.delete(owner);
  }

  #shelfOf(owner: string): Shelf {
    const known = this.#byOwner.get(owner);
    if (known !== undefined) return known;
    const { maxKeysPerPrincipal: keys, maxBytesPerPrincipal: bytes } = this.#parts.limits;
    const shelf = new Shelf({ keys, bytes });
    this.#byOwner.set(owner, shelf);
    return shelf;
  }

  #isPast({ endedAt }: KeptCall): boolean {
    return endedAt + this.#parts.limits.keepMs <= this.#parts.clock.now();
  }

  #sweep(): void {
    for (let past = this.#all.oldest; past !== undefined && this.#isPast(past); past = this.#all.oldest) {
      this.#forget(past, 'expired');
    }
    this.#parts.stored.removeDoomed();
    this.#appoint();
  }

  /** Comes back when the oldest is past. */
  #appoint(): void {
    const { oldest } = this.#all;
    if (this.#cancelSweep !== undefined || oldest === undefined) return;
    const { clock, limits } = this.#parts;
    const ms = Math.max(PAUSE_MS, oldest.endedAt + limits.keepMs - clock.now());
    this.#cancelSweep = clock.after(ms, () => {
      this.#cancelSweep = undefined;
      this.#sweep();
    });
  }
}

function noPlace(own: boolean): CallError {
  const whose = own ? 'of this caller ' : '';
  const sentence = `Cannot begin another call under a key: too many ${whose}still run, also without a connection; wait for one to end`;
  return new CallError(own ? 'TOO_MANY_IN_FLIGHT' : 'OVERLOADED', sentence, {
    retryAfterMs: PAUSE_MS,
    maybeExecuted: false,
  });
}
