import { isJsonObject } from '@callsheet/protocol';
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
  const { _meta, ...named } = params ?? {};
  return requestText(id, method, { ...named, _meta: isJsonObject(_meta) ? { ..._meta, ...meta } : meta });
}
