import type { Tool } from '@callsheet/protocol';
import { UsageError } from './usage-error.ts';

const PATTERN = /^[a-z0-9_*]{1,128}$/u;

/**
 * The tools that fit any pattern of `allow` (all when there is none) and none of `deny`, in their order.
 *
 * @throws UsageError for a pattern that is none or fits no tool, and when nothing is left to offer.
 */
export function chooseTools(
  tools: readonly Tool[],
  allow: readonly string[],
  deny: readonly string[],
): readonly Tool[] {
  for (const pattern of [...allow, ...deny]) {
    if (!PATTERN.test(pattern)) {
      throw new UsageError(`Cannot read the tool pattern "${pattern}"; use a-z, 0-9, _ and * for any characters`);
    }
  }
  const names = tools.map(({ name }) => name);
  // A slip of the pen would otherwise be a worker that is there and does nothing.
  const lost = allow.find((pattern) => !names.some((name) => fits(pattern, name)));
  if (lost !== undefined) {
    throw new UsageError(`Cannot offer "${lost}": no tool here has such a name; there are ${names.join(', ')}`);
  }
  const wanted = allow.length === 0 ? ['*'] : allow;
  const chosen = tools.filter(
    ({ name }) => wanted.some((pattern) => fits(pattern, name)) && !deny.some((pattern) => fits(pattern, name)),
  );
  if (chosen.length > 0) return chosen;
  throw new UsageError(`Cannot offer anything: --deny "${deny.join(',')}" leaves no tool; deny less`);
}

/** True when the pattern stands for the name. The parts between stars are found one after the other: linear, no RegExp. */
export function fits(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return pattern === name;
  if (!name.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return name.length - at >= last.length && name.endsWith(last);
}
