import { checkRate, type Rate } from './rate.ts';

/** Rates of the tools that a name or a pattern stands for; each tool is counted for itself. */
export interface ToolRule {
  /** A tool's name, or a pattern with `*`. The name itself wins, then the first pattern that matches. */
  readonly pattern: string;
  /** Of one caller; absent: no limit besides the caller's own. */
  readonly rate?: Rate | undefined;
  /** Of all callers together. */
  readonly shared?: Rate | undefined;
}

/** How often tools may be called. What is absent or undefined is not limited. */
export interface CallRules {
  /** All tools, all callers. */
  readonly global?: Rate | undefined;
  /** All tools, one caller. */
  readonly principal?: Rate | undefined;
  /** By role, in place of `principal`; a role that is here with undefined is not limited. */
  readonly roles?: Readonly<Record<string, Rate | undefined>>;
  readonly tools?: readonly ToolRule[];
}

/** What is counted: all calls of a caller, its calls of one tool, everybody's calls of one tool, everything. */
export type LimitKind = 'principal' | 'tool' | 'shared' | 'global';

/** Answers which rate holds where. Checked when it is made, never changed. */
export class RuleBook {
  readonly #rules: CallRules;
  readonly #roles: ReadonlyMap<string, Rate | undefined>;
  readonly #matches: (pattern: string, tool: string) => boolean;

  /**
   * @param matches whether a pattern stands for a tool; asked once for each tool and rule.
   * @throws Error naming the rule whose rate makes no sense.
   */
  constructor(rules: CallRules, matches: (pattern: string, tool: string) => boolean) {
    this.#rules = rules;
    this.#roles = new Map(Object.entries(rules.roles ?? {}));
    this.#matches = matches;
    check('all calls', rules.global);
    check('the calls of one caller', rules.principal);
    for (const [role, rate] of this.#roles) check(`the calls of the role "${role}"`, rate);
    for (const { pattern, rate, shared } of rules.tools ?? []) {
      check(`the calls of "${pattern}" by one caller`, rate);
      check(`the calls of "${pattern}" by all callers`, shared);
    }
  }

  /** True when the role has a rate of its own, or none by name. */
  hasRole(role: string): boolean {
    return this.#roles.has(role);
  }

  /** @param subject the role for `principal` (any that has no rate of its own gives the usual one), the tool for `tool` and `shared`. */
  rate(kind: LimitKind, subject: string): Rate | undefined {
    if (kind === 'global') return this.#rules.global;
    if (kind === 'principal') return this.hasRole(subject) ? this.#roles.get(subject) : this.#rules.principal;
    const rule = this.#toolRule(subject);
    return kind === 'tool' ? rule?.rate : rule?.shared;
  }

  #toolRule(tool: string): ToolRule | undefined {
    const { tools = [] } = this.#rules;
    return tools.find(({ pattern }) => pattern === tool) ?? tools.find(({ pattern }) => this.#matches(pattern, tool));
  }
}

function check(what: string, rate: Rate | undefined): void {
  if (rate !== undefined) checkRate(rate, what);
}
