import type { ErrorName } from '@callsheet/protocol';
import type { Outcome } from '../outcome.ts';

/**
 * closed: calls pass and are counted · open: the worker is left alone for a while · half-open: one call at a time is let
 * through, and how it ends decides.
 */
export type GuardState = 'closed' | 'open' | 'half-open';

/**
 * Where a worker stands for those who pick. in: like any other · trial: one call may try it · out: open, or a trial is
 * under way.
 */
export type Standing = 'in' | 'trial' | 'out';

/** Names the generation a call belongs to. Unique in its pool, so that a call of an older epoch is nobody else's. */
export type Ticket = number;

/** Watches one worker instance (id and epoch) by how its calls end. */
export interface Guard {
  readonly state: GuardState;
  /**
   * A call leaves for the worker. In half-open the first one is the trial, and has `deadlineMs` to end (usual: the pool's
   * `trialDeadlineMs`); other calls that come while the worker is out, as in a panic, get a ticket that counts for nothing.
   */
  started(deadlineMs?: number): Ticket;
  /**
   * The call has ended. Exactly once per ticket. What belongs to an older generation is ignored.
   *
   * @param error the row of the error table, kept for `services/explain`; never the words of an error, which may hold secrets
   */
  ended(ticket: Ticket, outcome: Outcome, error?: ErrorName): void;
}

/** One failure a worker is remembered by. */
export interface Failure {
  /** Milliseconds since it happened. */
  readonly agoMs: number;
  readonly outcome: 'hard' | 'soft';
  readonly error: ErrorName | undefined;
}

/** Everything a guard can say of itself, for `services/explain`. */
export interface GuardReport {
  readonly id: string;
  readonly epoch: number;
  readonly state: GuardState;
  readonly standing: Standing;
  /** Hard failures without a success between them. */
  readonly failuresInRow: number;
  /** When the worker is tried again, in milliseconds from now; undefined unless open. */
  readonly triedAgainInMs: number | undefined;
  /** Times it was put out without 60 s of health since. */
  readonly ejections: number;
  /** Its share while it comes back: 0.1 up to 1. */
  readonly ramp: number;
  /** The newest last, five at most. */
  readonly lastFailures: readonly Failure[];
}
