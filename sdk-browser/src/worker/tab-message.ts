import type { Json, JsonObject } from '@callsheet/protocol';

/** A message of a tab that is a request, or a notification without an id. */
export interface Said {
  readonly id?: Json | undefined;
  readonly method: string;
  readonly params?: (JsonObject & { readonly _meta?: JsonObject }) | undefined;
}

/** Longer names are no methods to the gateway, and it ends the connection of who keeps sending such. Characters. */
const LONGEST_METHOD = 128;

/** The messages of a frame, whatever they are; none when it cannot be read. Never throws. */
export function readTab(frame: string): readonly Partial<Said>[] {
  try {
    return [JSON.parse(frame)].flat().map((said) => said ?? {});
  } catch {
    return [];
  }
}

/** True for what an answer can be given to. */
export function isId(id: unknown): boolean {
  return typeof id === 'string' || typeof id === 'number';
}

/** True for what the gateway takes for a request too. */
export function isCall(said: Partial<Said>): said is Said {
  const { id, method, params } = said;
  const isNamed = typeof method === 'string' && method.length <= LONGEST_METHOD;
  return isNamed && (id === undefined || isId(id)) && (params === undefined || Object(params) === params);
}

/**
 * Commas of the JSON text of a value, which are what the gateway counts. Infinite where it would refuse whatever else is in
 * the frame: below `depth` levels, and for a member called `__proto__`.
 */
export function commasOf(value: unknown, depth: number): number {
  if (Object(value) !== value) return 0;
  if (depth < 1 || Object.hasOwn(value as object, '__proto__')) return Infinity;
  const inner = Object.values(value as object);
  return inner.reduce((sum, item) => sum + 1 + commasOf(item, depth - 1), inner.length && -1);
}
