import type { JsonObject } from '@callsheet/protocol';
import { metaOf } from './call-options.ts';
import type { Invocation } from './invocation.ts';
import { requestText } from './write-message.ts';

/**
 * The message of a call. Throws TypeError for parameters JSON cannot carry, and for a list of them where there are options to
 * be said: those go among named parameters.
 *
 * @param progressToken asks the server to report progress under this number
 */
export function callText(
  id: number,
  { method, params, options }: Invocation,
  totalMs: number | undefined,
  progressToken: number | undefined,
): string {
  const meta = metaOf(options, totalMs, progressToken);
  if (meta === undefined) return requestText(id, method, params);
  if (Array.isArray(params)) throw new TypeError('a list has no room for options');
  // Members after a spread cost microseconds, so what there is nearly always comes first.
  const whole: { _meta: JsonObject } = { _meta: meta, ...params };
  if (whole._meta !== meta) whole._meta = { ...whole._meta, ...meta };
  return requestText(id, method, whole);
}
