import type { Capabilities, Principal } from '@callsheet/protocol';

/**
 * opening: nobody has proved who they are yet, only the opening is accepted · open: calls are taken ·
 * closing: no new calls, answers in flight still leave · closed: nothing leaves any more.
 */
export type SessionState = 'opening' | 'open' | 'closing' | 'closed';

/** One caller's conversation, as methods see it. */
export interface Session {
  readonly id: string;
  readonly state: SessionState;
  /** @throws CallError UNAUTHENTICATED while the session is not open. */
  readonly principal: Principal;
  readonly capabilities: Capabilities;
  /** Sends a notification. Does nothing once the session is closed. */
  notify(method: string, params: object): void;
  /** Opens the session, once. @throws CallError CONFLICT the second time. */
  open(principal: Principal | undefined, capabilities: Capabilities): void;
  /** Answers what is in flight, then ends the connection. */
  close(code: number, reason: string): void;
  /** Runs when the session ends, however it ends. Answers a function that takes the wish back. */
  onEnd(listener: () => void): () => void;
}
