import type { CallError, FailureMessage, Id, JsonObject, SuccessMessage } from '@callsheet/protocol';
import type { Gcra } from '../limits/gcra.ts';

/**
 * The other direction of a session: whoever asks the peer something, and waits for its answers. A session has one while a
 * worker serves tools on it. Nothing here may throw.
 */
export interface Counterpart {
  /** How often the peer may ask and report on this connection; its answers are bounded by what it was asked. */
  readonly rate: Gcra;
  /** Takes an answer. False when nobody was waiting for it, nor had given it up. */
  answered(message: SuccessMessage | FailureMessage): boolean;
  /** Something came under this id that cannot be read. False when nobody was waiting for it. */
  garbled(id: Id, error: CallError): boolean;
  /** Takes a `notifications/progress`. False when it is about nothing that was asked. */
  reported(params: JsonObject): boolean;
  /** A frame came, whatever is in it. Called for each. */
  heard(): void;
}
