import type { AttemptFacts, Hosted, Interest, Route, Work } from '@callsheet/discovery';
import type { CallError, JsonObject, ToolContext } from '@callsheet/protocol';

export const TOOL = 'simulated_tool';
export const TIMEOUT_MS = 5_000;

/** Nobody in the simulation gives up before the time is up. */
class Patience implements Interest {
  reason: CallError | undefined;
  readonly #controller = new AbortController();
  #listener: ((reason: CallError) => void) | undefined;

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  cancel(reason: CallError): void {
    if (this.reason !== undefined) return;
    this.reason = reason;
    this.#controller.abort(reason);
    this.#listener?.(reason);
  }

  settleWith(listener: ((reason: CallError) => void) | undefined): void {
    this.#listener = listener;
  }
}

const HOSTED: Hosted = {
  get context(): ToolContext {
    throw new Error('A simulated tool touches nothing outside itself; do not ask for its context');
  },
  settle: () => undefined,
};

/** One call as the gateway hands it to its dispatcher. All may be repeated, as calls of idempotent tools may. */
export class SimulatedCall implements Work {
  readonly tool = TOOL;
  readonly args: JsonObject;
  readonly schemaHash: string;
  readonly route: Route | undefined;
  readonly timeoutMs = TIMEOUT_MS;
  readonly toolTimeoutMs = TIMEOUT_MS;
  readonly repeatable = true;
  readonly job = undefined;
  readonly interest: Interest = new Patience();

  constructor(schemaHash: string, key: string | undefined) {
    this.schemaHash = schemaHash;
    this.args = key === undefined ? {} : { key };
    this.route = key === undefined ? undefined : { affinity: key };
  }

  host(_facts: AttemptFacts): Hosted {
    return HOSTED;
  }

  accept(): void {}
}
