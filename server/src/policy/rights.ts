import type { AccessOf } from './access.ts';
import { type Grant, grantOf } from './grant.ts';
import { isOfTheSession, type Role } from './role.ts';

/** Names that are remembered; those beyond are decided anew each time, since callers may make names up. */
const MOST_REMEMBERED = 4096;

/** What is known about one action. */
interface Decision {
  readonly allowed: boolean;
  readonly reachesOthers: boolean;
  readonly tools: Map<string, boolean>;
}

/** What a caller may do: its role, narrowed by the scopes of its credential. Every answer is computed once. */
export class Rights {
  readonly role: Role;
  /** Undefined: the credential carries the whole role. */
  readonly #grants: readonly Grant[] | undefined;
  readonly #decisions = new Map<string, Decision>();

  constructor(role: Role, scopes: readonly string[], accessOf: AccessOf) {
    this.role = role;
    this.#grants = scopes.length === 0 ? undefined : scopes.map((scope) => grantOf(scope, accessOf));
  }

  /** Whether the action is allowed and, when a tool is named, allowed with that tool. */
  may(action: string, tool?: string): boolean {
    const decision = this.#decisions.get(action) ?? this.#decide(action);
    if (!decision.allowed || tool === undefined) return decision.allowed;
    return decision.tools.get(tool) ?? this.#decideTool(decision, action, tool);
  }

  reachesOthers(action: string): boolean {
    return (this.#decisions.get(action) ?? this.#decide(action)).reachesOthers;
  }

  #decide(action: string): Decision {
    const { role } = this;
    const granted = isOfTheSession(action) || this.#some((grant) => grant.method(action));
    const reachesOthers = role.reachesOthers(action) && this.#some((grant) => grant.others(action));
    const decision = { allowed: granted && role.allowsMethod(action), reachesOthers, tools: new Map() };
    if (this.#decisions.size < MOST_REMEMBERED) this.#decisions.set(action, decision);
    return decision;
  }

  #decideTool({ tools }: Decision, action: string, tool: string): boolean {
    const granted = this.#some((grant) => grant.method(action) && grant.tool(tool));
    const answer = granted && this.role.allowsTool(tool);
    if (tools.size < MOST_REMEMBERED) tools.set(tool, answer);
    return answer;
  }

  #some(grants: (grant: Grant) => boolean): boolean {
    return this.#grants === undefined || this.#grants.some(grants);
  }
}
