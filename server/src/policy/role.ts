import type { AccessOf } from './access.ts';
import { isOfMethods, isPattern, matches, PATTERN_FORM } from './pattern.ts';

/** What a role may do. Patterns without a slash are tools, with one methods; a deny wins over every allow. */
export interface RoleRule {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

/** In front of a method: the method on things that belong to somebody else. Only an allow that says so grants it. */
export const OTHERS = 'others/';

/** True for what keeps a session alive: no role can lose it, and no scope needs to grant it. */
export function isOfTheSession(action: string): boolean {
  return action === 'ping' || action.startsWith('session/');
}

/** A role, decided afresh for each question; `Rights` remembers. */
export class Role {
  readonly #tools: RoleRule;
  readonly #methods: RoleRule;
  readonly #accessOf: AccessOf;

  /** @throws Error for a pattern that is none. */
  constructor(name: string, rule: RoleRule, accessOf: AccessOf) {
    for (const pattern of [...rule.allow, ...rule.deny]) {
      if (isPattern(pattern)) continue;
      throw new Error(`Cannot describe the role "${name}" with "${pattern.slice(0, 140)}"; expected ${PATTERN_FORM}`);
    }
    this.#tools = only(rule, (pattern) => !isOfMethods(pattern));
    this.#methods = only(rule, isOfMethods);
    this.#accessOf = accessOf;
  }

  allowsTool(tool: string): boolean {
    return !some(this.#tools.deny, tool) && some(this.#tools.allow, tool);
  }

  allowsMethod(action: string): boolean {
    if (isOfTheSession(action)) return true;
    if (some(this.#methods.deny, action)) return false;
    return this.#accessOf(action) === 'everyone' || some(this.#methods.allow, action);
  }

  /** Whether the action may touch what belongs to others. */
  reachesOthers(action: string): boolean {
    return !some(this.#methods.deny, OTHERS + action) && grantsOthers(this.#methods.allow, action);
  }
}

/** A pattern of every method says nothing of other people's things. */
export function grantsOthers(patterns: readonly string[], action: string): boolean {
  return patterns.some((pattern) => pattern.startsWith(OTHERS) && matches(pattern, OTHERS + action));
}

function only(rule: RoleRule, wanted: (pattern: string) => boolean): RoleRule {
  return { allow: rule.allow.filter(wanted), deny: rule.deny.filter(wanted) };
}

function some(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => matches(pattern, name));
}
