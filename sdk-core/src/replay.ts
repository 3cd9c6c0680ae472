import type { MethodName } from '@callsheet/protocol';
import type { Invocation } from './invocation.ts';

/** Methods that only read, or may be asked twice. */
const READS: ReadonlySet<string> = new Set<MethodName>([
  'ping',
  'tools/list',
  'events/subscribe',
  'jobs/get',
  'jobs/list',
  'server/health',
]);

/**
 * Whether a call whose answer was lost with the connection may be sent again, because twice does no harm. An idempotency key
 * makes any call safe: the server answers the second one with the outcome of the first. Of tools the catalogue knows more.
 */
export function isSafe({ method, options }: Invocation): boolean {
  return options.idempotencyKey !== undefined || READS.has(method);
}
