import { createHash } from 'node:crypto';
import type { Json } from '@callsheet/protocol';

/**
 * The identity of a stage's work: the same stage in the same version with the same parameters and inputs gives the same
 * key, whatever the order of the parameters' names. A finished stage is found again by it.
 */
export function stageKey(stage: string, version: number, params: Json, inputs: readonly string[] = []): string {
  const hash = createHash('sha256').update(canonical([stage, version, params, [...inputs]]));
  return `${stage}:${hash.digest('hex')}`;
}

/** JSON with sorted member names (the part of RFC 8785 that matters for hashing our own values). */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(value[name] ?? null)}`);
  return `{${members.join(',')}}`;
}
