import type { Capabilities, Principal } from '@callsheet/protocol';
import type { ConnectionFacts } from '../auth/connection-facts.ts';
import type { Identity } from '../auth/identity.ts';
import type { Counterpart } from './counterpart.ts';

/**
 * opening: nobody has proved who they are yet, only the opening is accepted · open: calls are taken · dropped: the
 * connection is lost, calls go on, answers are kept for a client that comes back · moved: the connection went over to
 * the session it resumed · closing: no new calls, answers in flight still leave · closed: nothing leaves any more.
 */
export type SessionState = 'opening' | 'open' | 'dropped' | 'moved' | 'closing' | 'closed';

/** What a client says to come back to a session. */
export interface ResumeWish {
  readonly sessionId: string;
  readonly resumeToken: string;
  /** Number of the last message it heard. */
  readonly lastSeq: number;
}

/** What the opening answers about coming back. */
export interface Resumption {
  /** Good once, for the next time. */
  readonly resumeToken: string;
  /** How many of the client's messages arrived; the others it has to send again. */
  readonly received: number;
}

/** One caller's conversation, as methods see it. */
export interface Session {
  readonly id: string;
  readonly state: SessionState;
  /** @throws CallError UNAUTHENTICATED while the session is not open. */
  readonly principal: Principal;
  readonly identity: Identity | undefined;
  readonly capabilities: Capabilities;
  /** Of the connection it was opened on. */
  readonly connection: ConnectionFacts;
  /** Who asks the client something, and takes its answers; undefined where only the client asks. */
  counterpart: Counterpart | undefined;
  /** Sends a notification. Does nothing once the session is closed. */
  notify(method: string, params: object): void;
  /** Sends a request of the gateway's own, as text; the counterpart takes the answer. Does nothing once the session is closed. */
  ask(text: string): void;
  /** Opens the session, once. @throws CallError CONFLICT the second time. */
  open(identity: Identity | undefined, capabilities: Capabilities): Resumption | undefined;
  /** Goes on with another session on this connection, once this answer is sent; undefined when there is none to go on with. */
  resume(wish: ResumeWish, identity: Identity | undefined): (Resumption & { readonly session: Session }) | undefined;
  /** Goes on under a newer credential of the same caller. @throws CallError FORBIDDEN for another caller's. */
  refresh(identity: Identity): void;
  /** Answers what is in flight, then ends the connection. */
  close(code: number, reason: string): void;
  /**
   * Runs when the session ends, however it ends; with the code its connection was closed with, when that is how. Answers a
   * function that takes the wish back.
   */
  onEnd(listener: (closeCode: number | undefined) => void): () => void;
}
