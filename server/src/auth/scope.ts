/** Longest scope, in characters. */
const LONGEST = 128;
const NAMED = new Set(['tools:read', 'tools:call']);
/** A tool, or a method: two parts and a slash. `*` stands for any characters of its part. No part can match in two ways. */
const PATTERN = /^[A-Za-z0-9_.*-]+(?:\/[A-Za-z0-9_.*-]+)?$/;

/**
 * True for what may limit a credential: `tools:read`, `tools:call`, or a pattern of tool names (`generate_*`) or of
 * methods (`keys/*`). A credential without scopes may do whatever its role may.
 */
export function isScope(text: string): boolean {
  return text.length <= LONGEST && (NAMED.has(text) || PATTERN.test(text));
}
