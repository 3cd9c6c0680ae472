import type { MethodName } from '@callsheet/protocol';

/**
 * What may happen to a call whose answer was lost with the connection.
 * - `safe`: send it again; twice does no harm.
 * - `never`: reject it; nobody can know whether it ran.
 * - `by-catalogue`: the tool's annotation decides.
 */
export type Replay = 'safe' | 'never' | 'by-catalogue';

/** Methods that only read, or may be asked twice. */
const READS: ReadonlySet<string> = new Set<MethodName>([
  'ping',
  'tools/list',
  'events/subscribe',
  'jobs/get',
  'jobs/list',
  'server/health',
]);

/** An idempotency key makes any call safe: the server answers the second one with the outcome of the first. */
export function replayOf(method: string, idempotencyKey: string | undefined): Replay {
  if (idempotencyKey !== undefined || READS.has(method)) return 'safe';
  return method === 'tools/call' ? 'by-catalogue' : 'never';
}
