import type { CaptionToken } from './tokens.ts';

/** A pause shorter than this keeps the caption on the screen until the next one: a flicker reads worse than a lag. */
const BRIDGED_SECONDS = 0.8;
/** How long a caption stays after its last word when a longer pause follows. */
const HELD_SECONDS = 0.4;
const SHORTEST_SECONDS = 0.8;

/** When a group stands on the screen: from its first word, never into the next group. */
export function onScreen(
  group: readonly CaptionToken[],
  following: readonly CaptionToken[] | undefined,
): { readonly start: number; readonly end: number } {
  const start = group[0]?.start ?? 0;
  const spoken = group.at(-1)?.end ?? start;
  const limit = following?.[0]?.start ?? Number.POSITIVE_INFINITY;
  if (limit - spoken <= BRIDGED_SECONDS) return { start, end: limit };
  return { start, end: Math.min(limit, Math.max(spoken + HELD_SECONDS, start + SHORTEST_SECONDS)) };
}
