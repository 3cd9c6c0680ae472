import { type InvalidMessage, type Message, parseFrame, type WireLimits } from '@callsheet/protocol';
import type { Unreadable } from './asks.ts';

/** A gateway may list more in an answer than a caller may send it, so it is read with wider bounds than it reads us. */
const INCOMING: WireLimits = {
  maxPayloadBytes: Number.MAX_SAFE_INTEGER,
  maxBatch: 100_000,
  maxDepth: 512,
  maxArrayItems: 5_000_000,
  maxIdLength: 256,
  maxMethodLength: 128,
};

/**
 * Reads one frame as the gateway itself would. What arrives here becomes arguments of tools, and was written by whoever
 * called the gateway: depth that would overflow a tool's stack, and members named `__proto__`, end here.
 */
export function readStrictly(
  text: string,
  take: (message: Exclude<Message, InvalidMessage> | Unreadable) => void,
): void {
  const frame = parseFrame(text, INCOMING);
  for (const message of frame.kind === 'single' ? [frame.message] : frame.messages) take(message);
}
