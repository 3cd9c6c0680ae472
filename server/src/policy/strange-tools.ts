import { isOfMethods } from './pattern.ts';
import type { PolicyRules } from './rules.ts';

/**
 * Names of tools in the rules that no tool here has: most likely slips of the pen, and a deny with one denies nothing. With
 * a `*` a pattern may well wait for tools to come.
 */
export function strangeTools({ roles, tools }: PolicyRules, known: Iterable<string>): string[] {
  const here = new Set(known);
  const named = [...roles.values()].flatMap(({ allow, deny }) => [...allow, ...deny]);
  const exact = [...named, ...tools.keys()].filter((name) => !name.includes('*') && !isOfMethods(name));
  return [...new Set(exact)].filter((name) => !here.has(name));
}
