import { createHash } from 'node:crypto';

/** Deeper values are nobody's schema, and would overflow whatever walks them later. */
const DEEPEST = 64;

/**
 * One text for equal JSON: members sorted by name, no spaces (RFC 8785).
 *
 * @throws TypeError when something in it is no JSON, or it is nested deeper than 64 levels.
 */
export function canonicalJson(value: unknown, depth = 0): string {
  if (depth > DEEPEST) throw new TypeError(`it is nested deeper than ${DEEPEST} levels`);
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item, depth + 1)).join(',')}]`;
  if (typeof value !== 'object') throw new TypeError(`it holds ${String(value)}, which is no JSON`);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member, depth + 1)}`);
  return `{${members.join(',')}}`;
}

/** Base64url SHA-256. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
