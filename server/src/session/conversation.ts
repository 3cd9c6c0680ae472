import {
  CallError,
  type Capabilities,
  CLOSE_CODES,
  ERRORS,
  type ErrorRow,
  notificationText,
  type Params,
  type Principal,
  type Transport,
} from '@callsheet/protocol';
import type { ConnectionFacts } from '../auth/connection-facts.ts';
import type { Identity } from '../auth/identity.ts';
import { connectionEvent } from '../channels.ts';
import type { Counterpart } from './counterpart.ts';
import { History } from './history.ts';
import type { House } from './house.ts';
import { type Hearer, Inbox } from './inbox.ts';
import { Membership } from './membership.ts';
import { Outbox } from './outbox.ts';
import { type Question, Requests } from './requests.ts';
import type { Resumable } from './resume-desk.ts';
import type { ResumeWish, Resumption, Session, SessionState } from './session.ts';
import type { Wire } from './wire.ts';

/** How long the last words to somebody who may not stay can take. */
const LAST_WORDS_MS = 200;

interface Successor {
  readonly session: Conversation;
  readonly lastSeq: number;
  readonly identity: Identity;
  readonly connection: ConnectionFacts;
}

/**
 * One caller's side of JSON-RPC 2.0: reads frames, runs methods, writes answers. It knows nothing of sockets.
 * Every request is answered exactly once, notifications never, and nothing a client sends can make it throw.
 */
export class Conversation implements Session, Resumable, Hearer {
  readonly id: string;
  readonly #house: House;
  readonly #outbox: Outbox;
  readonly #requests: Requests;
  readonly #inbox: Inbox;
  readonly #membership: Membership;
  counterpart: Counterpart | undefined;
  #ends: Set<(closeCode: number | undefined) => void> | undefined;
  #wire: Wire;
  #connection: ConnectionFacts;
  #state: SessionState = 'opening';
  #capabilities: Capabilities = {};
  #negotiated = false;
  /** Number of the last message that was written before the client was lost. */
  #sent = 0;
  #farewell: { code: number; reason: string } | undefined;
  /** The session this connection goes over to when its answer is sent. */
  #successor: Successor | undefined;
  #stopWaiting: (() => void) | undefined;

  /** @param identity who opened the connection with a header; absent when the opening is still to come. */
  constructor(id: string, house: House, wire: Wire, connection: ConnectionFacts, identity?: Identity) {
    this.id = id;
    this.#connection = connection;
    this.#house = house;
    this.#wire = wire;
    this.#outbox = new Outbox(wire, house.limits.maxBatch, house.maxUnwritten, house.defer);
    this.#membership = new Membership(house.clock, this);
    this.#requests = new Requests(house, this);
    this.#inbox = new Inbox(house, this.#requests, this);
    if (identity !== undefined) {
      this.#membership.assume(identity);
      this.#state = 'open';
    }
  }

  get transport(): Transport {
    return this.#wire.transport;
  }

  get state(): SessionState {
    return this.#state;
  }

  get principal(): Principal {
    return this.#membership.principal;
  }

  get identity(): Identity | undefined {
    return this.#membership.identity;
  }

  get connection(): ConnectionFacts {
    return this.#connection;
  }

  /** Characters kept for a client that comes back. */
  get held(): number {
    return this.#outbox.history?.length ?? 0;
  }

  get capabilities(): Capabilities {
    return this.#capabilities;
  }

  /** True once the opening said what both sides agree on. */
  get negotiated(): boolean {
    return this.#negotiated;
  }

  /** Calls without an answer yet. */
  get inFlight(): number {
    return this.#requests.inFlight;
  }

  open(identity: Identity | undefined, capabilities: Capabilities): Resumption | undefined {
    this.#stillHere();
    if (this.#negotiated) throw new CallError('CONFLICT', 'Cannot open a session twice on one connection');
    if (identity !== undefined) {
      if (this.#state === 'opening') this.#wire.identified(identity);
      else this.#sameCaller(identity);
      this.#membership.assume(identity);
    } else this.#membership.principal;
    this.#negotiated = true;
    this.#capabilities = capabilities;
    if (this.#state === 'opening') this.#state = 'open';
    this.#outbox.coalesce = capabilities.coalesce === true;
    if (capabilities.resume !== true || this.#house.resumeWindowMs === 0) return undefined;
    return { resumeToken: this.#house.desk.admit(this), received: 0 };
  }

  resume(
    { sessionId, resumeToken, lastSeq }: ResumeWish,
    presented: Identity | undefined,
  ): (Resumption & { session: Session }) | undefined {
    this.#stillHere();
    const identity = presented ?? this.identity;
    if (identity === undefined || this.#negotiated) return undefined;
    if (this.#state === 'open') this.#sameCaller(identity);
    // What runs here would belong to nobody afterwards.
    if (this.inFlight > 1) {
      throw new CallError('CONFLICT', 'Cannot resume a session while other calls run on this connection; resume first');
    }
    const session = this.#house.desk.find(sessionId, resumeToken);
    if (session === undefined || session === this) return tellResumed('expired');
    if (!session.#canServe(identity, lastSeq)) return tellResumed('gap');
    tellResumed('resumed');
    if (this.#state === 'opening') this.#wire.identified(identity);
    session.#leaveConnection();
    this.#negotiated = true;
    this.#successor = { session, lastSeq, identity, connection: this.#connection };
    return { session, resumeToken: this.#house.desk.admit(session), received: session.#inbox.received };
  }

  refresh(identity: Identity): void {
    this.#stillHere();
    this.#sameCaller(identity);
    this.#membership.assume(identity);
  }

  /** Sends one message, or keeps it for a client that is away. */
  send(text: string): void {
    if (this.#state === 'closed') return;
    this.#outbox.push(text);
    if (this.#state !== 'dropped') return;
    this.#house.desk.grew();
    // Whoever stays away while more comes in than is kept for them would come back to a gap.
    if ((this.#outbox.history?.forgotten ?? 0) > this.#sent) this.finish();
  }

  acknowledge(seq: number): void {
    this.#outbox.history?.acknowledge(seq);
  }

  notify(method: string, params: object): void {
    this.#house.traffic.sent.notification += 1;
    this.send(notificationText(method, this.#house.clean(params) as Params));
  }

  ask(text: string): void {
    this.#house.traffic.sent.request += 1;
    this.send(text);
  }

  onEnd(listener: (closeCode: number | undefined) => void): () => void {
    this.#ends ??= new Set();
    this.#ends.add(listener);
    return () => this.#ends?.delete(listener);
  }

  close(code: number, reason: string): void {
    if (this.#state === 'dropped') this.finish();
    if (this.#state === 'closed' || this.#farewell !== undefined) return;
    this.#state = 'closing';
    this.#farewell = { code, reason };
    // Later, because the answer that explains the close may still be on its way into the outbox. What a worker asked belongs to
    // calls it cannot answer any more, and those who wait for them are told the sooner.
    this.#house.defer(() => (this.counterpart === undefined ? this.#leaveWhenIdle() : this.#leave()));
  }

  /** Ends the session of somebody who may not stay: what is in flight is answered with the error, the rest is not waited for. */
  dismiss(error: CallError): void {
    this.close(closeCodeOf(error), error.message);
    this.#requests.cancelAll(error);
    this.#house.clock.after(LAST_WORDS_MS, () => this.#leave());
  }

  onExpiring(expiresAt: number): void {
    this.notify('session/expiring', { expiresAt: new Date(expiresAt).toISOString() });
  }

  onExpired(): void {
    this.dismiss(
      new CallError('TOKEN_EXPIRED', 'The session outlived its credential; open a new one with a fresh one'),
    );
  }

  /** The connection is gone. The session goes on when its client may come back, and ends otherwise. */
  ended(code: number): void {
    if (this.#state === 'open' && this.#mayComeBack && !DELIBERATE.has(code)) this.#drop();
    else this.finish(code);
  }

  /** The session is over: everything in flight is cancelled, nothing is sent any more. */
  finish(closeCode?: number): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#stopWaiting?.();
    this.#house.desk.forget(this.id);
    this.#membership.end();
    const deliberate = closeCode !== undefined && DELIBERATE.has(closeCode);
    this.#requests.cancelAll(
      new CallError('CANCELLED', 'the connection closed', { details: { reason: 'disconnect' } }),
      !deliberate,
    );
    this.#end(closeCode);
  }

  /** Takes one text frame; `bytes` is its size on the wire. */
  receive(text: string, bytes: number = text.length): void {
    if (this.#state === 'closed' || this.#state === 'moved' || this.#farewell !== undefined) return;
    this.counterpart?.heard();
    this.#inbox.receive(text, bytes);
  }

  /** Told of every answer: the first one decides whether a stranger may stay. */
  settled({ method }: Pick<Question, 'method'>, error: CallError | undefined): void {
    if (method === 'session/open') this.#opened(error);
    this.#leaveWhenIdle();
  }

  #opened(error: CallError | undefined): void {
    if (error !== undefined) {
      if (this.#state === 'opening') this.close(closeCodeOf(error), 'session/open was refused');
    } else if (this.#successor !== undefined) this.#handOver(this.#successor);
    else if (this.#capabilities.resume === true && this.#house.resumeWindowMs > 0) {
      this.#outbox.history ??= new History(this.#house.history);
    }
  }

  /** The connection carries the older session from here on; this one was only its door. */
  #handOver(successor: Successor): void {
    this.#outbox.flush();
    this.#outbox.detach();
    this.#state = 'moved';
    this.#membership.end();
    this.#requests.cancelAll(new CallError('CANCELLED', 'the connection went over to another session'));
    this.#end();
    this.#wire.carry(successor.session);
    successor.session.#return(this.#wire, successor);
  }

  #end(closeCode?: number): void {
    for (const listener of [...(this.#ends ?? [])]) listener(closeCode);
    this.#ends = undefined;
  }

  /** A worker comes back by registering again: what it is asked is kept with its registration, not here. */
  get #mayComeBack(): boolean {
    return this.#outbox.history !== undefined && this.counterpart === undefined;
  }

  /** A credential can take a while to be checked, and the connection can end meanwhile. */
  #stillHere(): void {
    if (this.#state === 'opening' || this.#state === 'open' || this.#state === 'dropped') return;
    throw new CallError('CANCELLED', 'Cannot go on: the connection closed');
  }

  #canServe(identity: Identity, lastSeq: number): boolean {
    const alive = this.#state === 'dropped' || (this.#state === 'open' && this.#farewell === undefined);
    if (!alive || !this.#mayComeBack || this.principal.id !== identity.principal.id) return false;
    return this.#outbox.history?.after(lastSeq) !== undefined;
  }

  #leaveConnection(): void {
    if (this.#state !== 'open') return;
    const { code } = CLOSE_CODES.TAKEN_OVER;
    this.#wire.carry(undefined);
    this.#wire.close(code, 'another connection resumed this session');
    this.#drop();
  }

  #drop(): void {
    this.#state = 'dropped';
    this.#sent = this.#outbox.history?.last ?? 0;
    this.#outbox.detach();
    this.#stopWaiting = this.#house.clock.after(this.#house.resumeWindowMs, () => this.finish());
    this.#house.desk.dropped(this);
  }

  #return(wire: Wire, { lastSeq, identity, connection }: Successor): void {
    // It can have ended meanwhile, by its age or by what came in for it.
    const missed = this.#state === 'dropped' ? this.#outbox.history?.after(lastSeq) : undefined;
    if (missed === undefined) {
      wire.close(CLOSE_CODES.TRY_LATER.code, 'the session ended while it was resumed');
      return;
    }
    this.#stopWaiting?.();
    this.#house.desk.returned(this);
    this.#wire = wire;
    this.#connection = connection;
    this.#state = 'open';
    this.#membership.assume(identity);
    this.#outbox.attach(wire, missed);
  }

  #sameCaller({ principal }: Identity): void {
    if (principal.id === this.principal.id) return;
    throw new CallError(
      'FORBIDDEN',
      'Cannot go on as somebody else: the credential is of another caller; open a new session',
    );
  }

  #leaveWhenIdle(): void {
    if (this.#farewell !== undefined && this.inFlight === 0) this.#leave();
  }

  #leave(): void {
    if (this.#farewell === undefined || this.#state === 'closed') return;
    this.#outbox.flush();
    const { code, reason } = this.#farewell;
    this.#wire.close(code, reason);
  }
}

function tellResumed(outcome: 'resumed' | 'expired' | 'gap'): undefined {
  if (connectionEvent.hasSubscribers) connectionEvent.publish({ type: 'resumed', outcome });
}

/** Closed by a client that said goodbye: it will not come back. */
const DELIBERATE: ReadonlySet<number> = new Set([CLOSE_CODES.NORMAL.code]);

/** What a refused opening ends with: the code of its row, else whether it was bad or only came at a bad time. */
function closeCodeOf({ errorName, retryable }: CallError): number {
  const { close }: ErrorRow = ERRORS[errorName];
  return close ?? (retryable ? CLOSE_CODES.TRY_LATER.code : CLOSE_CODES.BAD_OPENING.code);
}
