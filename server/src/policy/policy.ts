import type { Principal } from '@callsheet/protocol';
import type { AccessOf } from './access.ts';
import { globFault } from './paths/glob.ts';
import { type Resource, refusal } from './refusal.ts';
import { Rights } from './rights.ts';
import { Role } from './role.ts';
import { type PolicyRules, versionOf } from './rules.ts';

/**
 * Who may do what. One object for the life of the gateway: rules come and go, whoever holds the policy always asks the
 * ones in force. On the road of a call an answer is a few look-ups and allocates nothing.
 */
export class Policy {
  readonly #accessOf: AccessOf;
  #rules: PolicyRules;
  #version = '';
  #byRole: ReadonlyMap<string, Rights> = new Map();
  #byPrincipal = new WeakMap<Principal, Rights>();

  /** @throws Error for a pattern or a glob that is none. */
  constructor(rules: PolicyRules, accessOf: AccessOf) {
    this.#accessOf = accessOf;
    this.#rules = rules;
    this.replace(rules);
  }

  /** The rules in force; another object after each reload. */
  get rules(): PolicyRules {
    return this.#rules;
  }

  /** SHA-256 of the rules in force, hex, for the audit trail. */
  get version(): string {
    return this.#version;
  }

  /** Puts other rules in force and forgets every answer. @throws Error for a pattern or a glob that is none; the old rules then stay. */
  replace(rules: PolicyRules): void {
    const accessOf = this.#accessOf;
    for (const glob of [...rules.paths.allowed, ...rules.paths.forbidden]) {
      const expected = globFault(glob);
      if (expected !== undefined) throw new Error(`Cannot judge paths by "${glob.slice(0, 80)}"; expected ${expected}`);
    }
    const roles = [...rules.roles].map(([name, rule]): [string, Rights] => {
      return [name, new Rights(new Role(name, rule, accessOf), [], accessOf)];
    });
    this.#rules = rules;
    this.#version = versionOf(rules);
    this.#byRole = new Map(roles);
    this.#byPrincipal = new WeakMap();
  }

  /**
   * Whether the principal may do it: the method is allowed, and so is the tool if one is named, and what belongs to
   * somebody else is within the role's reach (`others/…`).
   */
  can(principal: Principal, action: string, resource?: Resource): boolean {
    const rights = this.#byPrincipal.get(principal) ?? this.#meet(principal);
    if (rights === undefined || !rights.may(action, resource?.tool)) return false;
    const owner = resource?.owner;
    return owner === undefined || owner === principal.id || rights.reachesOthers(action);
  }

  /** @throws CallError FORBIDDEN, TOOL_DENIED or NOT_FOUND when the principal may not. */
  demand(principal: Principal, action: string, resource: Resource = {}): void {
    if (!this.can(principal, action, resource)) throw refusal(this.#meet(principal), principal, action, resource);
  }

  /**
   * The tools to show: exactly those the caller may call, now or as a job. A credential that only reads (`tools:read`) may
   * call none, and is shown none: a list is never longer than what it invites to.
   */
  visibleTools<Name extends string>(principal: Principal, names: Iterable<Name>): Name[] {
    if (!this.can(principal, 'tools/list')) return [];
    return [...names].filter(
      (tool) => this.can(principal, 'tools/call', { tool }) || this.can(principal, 'jobs/submit', { tool }),
    );
  }

  #meet(principal: Principal): Rights | undefined {
    const role = this.#byRole.get(principal.role);
    if (role === undefined) return undefined;
    const whole = principal.scopes.length === 0;
    const rights = whole ? role : new Rights(role.role, principal.scopes, this.#accessOf);
    this.#byPrincipal.set(principal, rights);
    return rights;
  }
}
