/** Which tools a role may use. Patterns are tool names in which `*` stands for any characters. */
export interface RoleRule {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

/**
 * Role → tools. A deny always wins, a role nobody described may do nothing, and every answer is computed once:
 * on the road of a call the policy is one map look-up.
 */
export class Policy {
  readonly #rules: ReadonlyMap<string, { allow: RegExp[]; deny: RegExp[] }>;
  readonly #answers = new Map<string, Map<string, boolean>>();

  constructor(rules: Readonly<Record<string, RoleRule>>) {
    this.#rules = new Map(
      Object.entries(rules).map(([role, rule]) => [role, { allow: rule.allow.map(glob), deny: rule.deny.map(glob) }]),
    );
  }

  /** True when the role may see and call the tool. */
  allows(role: string, tool: string): boolean {
    let known = this.#answers.get(role);
    if (known === undefined) {
      if (!this.#rules.has(role)) return false;
      known = new Map();
      this.#answers.set(role, known);
    }
    let answer = known.get(tool);
    if (answer === undefined) {
      answer = this.#decide(role, tool);
      known.set(tool, answer);
    }
    return answer;
  }

  #decide(role: string, tool: string): boolean {
    const rule = this.#rules.get(role);
    if (rule === undefined || rule.deny.some((pattern) => pattern.test(tool))) return false;
    return rule.allow.some((pattern) => pattern.test(tool));
  }
}

/** `*` becomes «any characters», everything else is literal: the pattern can match slowly in no way. */
function glob(pattern: string): RegExp {
  const literal = pattern.split(/\*+/).map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  return new RegExp(`^${literal.join('.*')}$`, 's');
}
