import type { JsonObject } from '@callsheet/protocol';
import type { AnswerLimits } from './answer.ts';
import type { AskOutcome } from './asks.ts';

/** A registered connection to a gateway, as calls that work for it know it. */
export interface Carrier {
  readonly limits: AnswerLimits;
  send(text: string): void;
  /** Rejects with the signal's reason when it aborts. */
  ask(method: string, params: JsonObject, signal: AbortSignal): Promise<AskOutcome>;
  /** Where the gateway serves HTTP; undefined when it told no address one could use. */
  readonly origin: string | undefined;
  /** Names the registration in `PUT /v1/work/assets`. */
  readonly workKey: string;
}
