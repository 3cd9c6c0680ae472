import { createHash } from 'node:crypto';

/** Deeper values are nobody's schema, and would overflow whatever walks them later. */
const DEEPEST = 64;

/**
 * One text for equal JSON, whatever order its members came in.
 *
 * @throws TypeError when something in it is no JSON, or it is nested deeper than 64 levels.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(inOrder(value, 0));
}

/** Base64url SHA-256. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** A copy with its members in order: sorting objects and writing them at once is faster than writing them one by one. */
function inOrder(value: unknown, depth: number): unknown {
  if (depth > DEEPEST) throw new TypeError(`it is nested deeper than ${DEEPEST} levels`);
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return value.map((item) => inOrder(item, depth + 1));
  if (typeof value !== 'object') throw new TypeError(`it holds ${String(value)}, which is no JSON`);
  // Without a prototype, so that a member named "__proto__" is a member like any other.
  const copy: Record<string, unknown> = Object.create(null);
  const members = value as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(members).sort()) {
    const member = members[name];
    if (member !== undefined) copy[name] = inOrder(member, depth + 1);
  }
  return copy;
}
