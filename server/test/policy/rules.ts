import { METHODS, type MethodRow, type Principal } from '@callsheet/protocol';
import { type AccessOf, accessFrom } from '../../src/policy/access.ts';
import { DEFAULT_ROLES } from '../../src/policy/default-roles.ts';
import { Policy } from '../../src/policy/policy.ts';
import type { RoleRule } from '../../src/policy/role.ts';
import type { PolicyRules } from '../../src/policy/rules.ts';

/** The classes of the real methods, and of some that stand for every method of their class. */
const ROWS: Readonly<Record<string, MethodRow>> = METHODS;
export const ACCESS: AccessOf = accessFrom({
  ...ROWS,
  'keys/create': { summary: '', access: 'operator' },
  'audit/query': { summary: '', access: 'operator' },
  'services/register': { summary: '', access: 'worker' },
});

/** Rules in which everything is as at the first start; change what the test is about. */
export function rules(changes: Partial<PolicyRules> = {}): PolicyRules {
  return {
    roles: new Map(Object.entries(DEFAULT_ROLES)),
    limits: new Map(),
    tools: new Map(),
    input: {},
    paths: { allowed: ['**'], forbidden: ['**/.*'] },
    allowWrite: true,
    dryRun: false,
    ...changes,
  };
}

export function policyWith(roles: Readonly<Record<string, RoleRule>>): Policy {
  return new Policy(rules({ roles: new Map(Object.entries(roles)) }), ACCESS);
}

export function principal(role: string, scopes: readonly string[] = [], id = `key:${role}`): Principal {
  return Object.freeze({ id, role, scopes });
}
