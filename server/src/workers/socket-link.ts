import type { EndpointCall, WorkerLink } from '@callsheet/discovery';
import {
  CallError,
  type FailureMessage,
  type Id,
  type Json,
  type JsonObject,
  requestText,
  type SuccessMessage,
} from '@callsheet/protocol';
import type { Clock } from '../clock.ts';
import type { Session } from '../session/session.ts';
import { callText } from './call-text.ts';
import { GivenUp } from './given-up.ts';
import { errorOf, outputOf } from './read-answer.ts';
import { readProgress } from './read-progress.ts';
import type { RequestIds } from './request-ids.ts';
import type { WorkReports } from './work-reports.ts';
import { WorkerCall } from './worker-call.ts';

export interface SocketLinkParts {
  /** What people call the worker. */
  readonly name: string;
  readonly session: Pick<Session, 'ask' | 'notify' | 'state'>;
  /** One for all links of this process. */
  readonly ids: RequestIds;
  readonly clock: Pick<Clock, 'now' | 'after'>;
  /** Told what the worker observed, with its answers. */
  readonly reports?: Pick<WorkReports, 'tell'> | undefined;
  /** How long a worker may go on with a call after it was told to stop; 30,000 ms. */
  readonly abandonMs?: number | undefined;
}

/** Waits for the answer to a question that is no call of a tool. */
interface Probe {
  readonly resolve: () => void;
  readonly reject: (error: CallError) => void;
}

type Answer = SuccessMessage | FailureMessage;

const ABANDON_MS = 30_000;

/**
 * A worker's own socket as a way to call it, for one epoch of its registration. What is asked before the worker knows that it
 * is registered waits until `begin`.
 *
 * A call that is not wanted any more holds its slot until the worker answers, for only then has it ended. A worker that does
 * not answer within `abandonMs` is not waited for: a tool that ignores its signal, or reports progress for ever, would
 * otherwise keep the slot until its connection closes.
 */
export class SocketLink implements WorkerLink {
  readonly #parts: SocketLinkParts;
  readonly #calls = new Map<string, WorkerCall>();
  readonly #probes = new Map<string, Probe>();
  /** Attempts of jobs the worker holds and somebody is about to take up again, with answers that came before. */
  readonly #expected = new Map<string, Answer | undefined>();
  readonly #givenUp = new GivenUp();
  /** Undefined once the worker knows it is registered. */
  #early: (() => void)[] | undefined = [];
  #connected = true;

  constructor(parts: SocketLinkParts) {
    this.#parts = parts;
  }

  /** Calls without an answer, those that were stopped included. */
  get inFlight(): number {
    return this.#calls.size;
  }

  /** The worker knows it is registered: what waited is sent. */
  begin(): void {
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const send of early) send();
  }

  call(call: EndpointCall): Promise<Json> {
    const { session, ids, clock } = this.#parts;
    if (call.reason !== undefined) return Promise.reject(call.reason);
    if (!this.#connected || session.state !== 'open') return Promise.reject(notSent());
    const id = ids.next();
    const now = clock.now();
    const text = callText(id, call, now);
    const answer = this.#hold(id, call, now);
    this.#send(() => session.ask(text));
    return answer;
  }

  /** Asks the worker whether it answers at all. Rejects with the signal's reason when it is aborted. */
  ping(signal: AbortSignal): Promise<void> {
    const { session, ids } = this.#parts;
    if (!this.#connected || session.state !== 'open') return Promise.reject(notSent());
    const id = ids.next();
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        this.#probes.delete(id);
        this.#givenUp.add(id);
        reject(signal.reason);
      };
      const leave = (): void => signal.removeEventListener('abort', stop);
      signal.addEventListener('abort', stop, { once: true });
      this.#probes.set(id, {
        resolve: () => {
          leave();
          resolve();
        },
        reject: (error) => {
          leave();
          reject(error);
        },
      });
      this.#send(() => session.ask(requestText(id, 'ping', {})));
    });
  }

  /** The call the worker works on under this id; undefined for what it was never asked, has answered, or was told to stop. */
  find(id: string): WorkerCall | undefined {
    const held = this.#calls.get(id);
    return held?.call.reason === undefined ? held : undefined;
  }

  /** Takes an answer. False for one nobody asked for: a second one to the same call, for instance. */
  answered(message: Answer): boolean {
    const id = message.id ?? this.#only();
    if (typeof id !== 'string') return false;
    const call = this.#take(id);
    if (call !== undefined) this.#settle(call, message);
    else if (this.#expected.has(id)) this.#expected.set(id, this.#expected.get(id) ?? message);
    else return this.#answerProbe(id, message) || this.#givenUp.delete(id);
    return true;
  }

  /** What came under this id cannot be read; the worker believes to have answered. */
  garbled(id: Id, { message }: CallError): boolean {
    if (typeof id !== 'string') return false;
    const error = new CallError('UPSTREAM_ERROR', `Cannot read the answer of the worker: ${message}`, {
      maybeExecuted: true,
    });
    return this.answered({ kind: 'failure', id, error: error.toWire() });
  }

  /** Takes a report. What is no report in its shape is left out, what is about nothing is false. */
  reported(params: JsonObject): boolean {
    const { progressToken } = params;
    if (typeof progressToken !== 'string') return false;
    const held = this.#calls.get(progressToken);
    if (held === undefined) return this.#expected.has(progressToken) || this.#givenUp.has(progressToken);
    const report = held.call.reason === undefined ? readProgress(params) : undefined;
    if (report !== undefined) held.call.context.progress(report);
    return true;
  }

  /** The worker holds this attempt of a job, and `adopt` may follow; it may answer before. */
  expect(id: string): void {
    if (!this.#calls.has(id)) this.#expected.set(id, undefined);
  }

  /** The worker holds this, and will be told to stop it. */
  dismiss(id: string): void {
    this.#expected.delete(id);
    this.#givenUp.add(id);
  }

  /** Waits for the answer to a request of an earlier process. @throws CallError CONFLICT when the id is waited for already */
  adopt(id: string, call: EndpointCall): Promise<Json> {
    if (this.#calls.has(id)) throw new CallError('CONFLICT', `Cannot wait for "${id}" twice`);
    const early = this.#expected.get(id);
    this.#expected.delete(id);
    if (!this.#connected) return Promise.reject(lostWork('its connection closed'));
    const answer = this.#hold(id, call);
    if (early !== undefined) this.answered(early);
    return answer;
  }

  /**
   * The worker was silent for so long that nobody should wait for it, on a connection that is still open. It may only be busy:
   * calls that can be asked elsewhere are, the others are waited for until the connection is given up.
   */
  silent(): void {
    this.#interrupt();
  }

  /** The connection is gone. What is in flight is waited for until the worker is back, or `lost`. */
  disconnected(): void {
    if (!this.#connected) return;
    this.#connected = false;
    this.#failProbes();
    this.#interrupt();
  }

  /** The worker will not come back, or nobody knows what it still says. */
  lost(reason: string): void {
    this.#connected = false;
    this.#failProbes();
    this.#expected.clear();
    for (const id of [...this.#calls.keys()]) this.#take(id)?.reject(lostWork(reason));
  }

  /**
   * The worker is back on another connection: what it still holds goes on there, under the same ids. What it does not know any
   * more is lost, and what nobody wants any more is settled, because the worker will be told to stop it.
   *
   * @returns the ids that go on.
   */
  moveTo(next: SocketLink, holds: Pick<ReadonlySet<string>, 'has'>): string[] {
    const wanted: string[] = [];
    this.#connected = false;
    this.#failProbes();
    next.#givenUp.addAll(this.#givenUp);
    for (const [id, held] of [...this.#calls]) {
      this.#calls.delete(id);
      const { reason } = held.call;
      if (reason !== undefined) {
        next.#givenUp.add(id);
        held.reject(reason);
      } else if (holds.has(id)) {
        next.#watch(held);
        wanted.push(id);
      } else held.reject(lostWork('it came back and holds this call no more'));
    }
    for (const [id, answer] of this.#expected) {
      if (!holds.has(id)) continue;
      next.#expected.set(id, answer);
      wanted.push(id);
    }
    this.#expected.clear();
    return wanted;
  }

  #interrupt(): void {
    for (const { call } of [...this.#calls.values()]) if (call.reason === undefined) call.interrupted();
  }

  #send(send: () => void): void {
    if (this.#early === undefined) send();
    else this.#early.push(send);
  }

  #hold(id: string, call: EndpointCall, sentAt?: number): Promise<Json> {
    return new Promise((resolve, reject) => this.#watch(new WorkerCall(id, call, { resolve, reject }, sentAt)));
  }

  #watch(held: WorkerCall): void {
    this.#calls.set(held.id, held);
    held.call.onAbort((reason) => this.#stop(held.id, reason));
  }

  /** Tells the worker, and waits for it a while longer. */
  #stop(id: string, { message }: CallError): void {
    const held = this.#calls.get(id);
    if (held === undefined) return;
    const { session, clock, abandonMs = ABANDON_MS } = this.#parts;
    this.#send(() => session.notify('notifications/cancelled', { requestId: id, reason: message.slice(0, 200) }));
    held.giveUpWith(
      clock.after(abandonMs, () => {
        this.#givenUp.add(id);
        this.#take(id)?.reject(
          lostWork(`it was told to stop ${abandonMs} ms ago and has not answered; its slot is given away`),
        );
      }),
    );
  }

  #settle(held: WorkerCall, message: Answer): void {
    const { name: worker, reports } = this.#parts;
    const { tool, reason } = held.call;
    let output: Json = null;
    let error: CallError | undefined;
    if (message.kind === 'failure') {
      const asked = `the worker "${worker}", asked as "${held.id}",`;
      error = errorOf(message.error, { tool, asked, reason, refused: held.refused });
    } else {
      try {
        output = outputOf(message.result, { tool });
      } catch (fault) {
        error = CallError.from(fault);
      }
    }
    reports?.tell({ held, message, worker, error });
    if (error === undefined) held.resolve(output);
    else held.reject(error);
  }

  #take(id: string): WorkerCall | undefined {
    const held = this.#calls.get(id);
    this.#calls.delete(id);
    return held;
  }

  /** An error without an id is put on what is alone in flight, never on one of several. */
  #only(): string | undefined {
    if (this.#calls.size + this.#probes.size !== 1) return undefined;
    const [id] = [...this.#calls.keys(), ...this.#probes.keys()];
    return id;
  }

  #answerProbe(id: string, message: Answer): boolean {
    const probe = this.#probes.get(id);
    this.#probes.delete(id);
    if (message.kind === 'success') probe?.resolve();
    else probe?.reject(CallError.fromWire(message.error));
    return probe !== undefined;
  }

  #failProbes(): void {
    const probes = [...this.#probes.values()];
    this.#probes.clear();
    for (const { reject } of probes) reject(notSent());
  }
}

function notSent(): CallError {
  return new CallError('UPSTREAM_ERROR', 'Cannot ask the worker: its connection is closed', {
    retryable: true,
    maybeExecuted: false,
  });
}

function lostWork(reason: string): CallError {
  return new CallError('UPSTREAM_ERROR', `Cannot wait for the worker any longer: ${reason}`, { maybeExecuted: true });
}
