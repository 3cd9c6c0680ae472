import { matches } from '../../policy/pattern.ts';

export interface NameRules {
  /** By their names there; `*` stands for any characters. */
  readonly allow: readonly string[];
  readonly prefix: string | undefined;
  /** Names of tools that speak of what this very gateway keeps, such as its jobs: nobody else's are taken for them. */
  readonly reserved: ReadonlySet<string>;
}

const LONGEST_NAME = 64;

/**
 * The name another gateway's tool gets here; undefined when it is not offered. A name that has the prefix already, at its
 * beginning or behind a `_`, is that of a tool which came from here: without this rule two gateways that list each other would
 * offer `a_t`, `a_b_t`, `a_b_a_t` and so on, for ever.
 */
export function offeredName(name: string, { allow, prefix, reserved }: NameRules): string | undefined {
  if (!allow.some((pattern) => matches(pattern, name))) return undefined;
  if (prefix === undefined) return reserved.has(name) ? undefined : name;
  if (name.startsWith(prefix) || name.includes(`_${prefix}`)) return undefined;
  const offered = prefix + name;
  return offered.length <= LONGEST_NAME && !reserved.has(offered) ? offered : undefined;
}
