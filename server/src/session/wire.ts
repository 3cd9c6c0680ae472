import type { Transport } from '@callsheet/protocol';
import type { Identity } from '../auth/identity.ts';
import type { Conversation } from './conversation.ts';

/** A connection as the session knows it: whatever carries text both ways. The door supplies it. */
export interface Wire {
  readonly transport: Transport;
  send(text: string): void;
  /** Holds back small writes until `uncork`, so that many become one. */
  cork(): void;
  uncork(): void;
  /** Ends the connection; see CLOSE_CODES. */
  close(code: number, reason: string): void;
  /** It is known now who speaks. @throws CallError when this caller may not have one more connection, or not this one. */
  identified(identity: Identity): void;
  /** Brings everything to this conversation from now on; to nobody when there is none. */
  carry(conversation: Conversation | undefined): void;
}
