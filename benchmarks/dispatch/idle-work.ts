import type { Hosted, Interest, Work } from '@callsheet/discovery';
import type { JsonObject } from '@callsheet/protocol';
import { Cancellation } from '../../server/src/session/cancellation.ts';

/** A call that wants nothing but an answer. Its interest is the gateway's own. */
export class IdleWork implements Work {
  readonly tool: string;
  readonly args: JsonObject = {};
  readonly schemaHash: string;
  readonly route = undefined;
  readonly timeoutMs = 30_000;
  readonly toolTimeoutMs = 30_000;
  readonly repeatable = true;
  readonly job = undefined;
  readonly interest: Interest = new Cancellation();

  constructor(tool: string, schemaHash: string) {
    this.tool = tool;
    this.schemaHash = schemaHash;
  }

  host(): Hosted {
    throw new Error('Nobody asks for the context of a call that does nothing');
  }

  accept(): void {}
}
