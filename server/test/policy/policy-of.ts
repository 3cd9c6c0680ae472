import { METHODS, type MethodRow } from '@callsheet/protocol';
import type { MayTouch } from '../../src/auth/ownership.ts';
import { accessFrom } from '../../src/policy/access.ts';
import { DEFAULT_ROLES } from '../../src/policy/default-roles.ts';
import { Policy } from '../../src/policy/policy.ts';
import type { RoleRule } from '../../src/policy/role.ts';

/** A policy that says nothing but who may do what. */
export function policyOf(roles: Readonly<Record<string, RoleRule>>): Policy {
  const rows: Readonly<Record<string, MethodRow>> = METHODS;
  return new Policy(
    {
      roles: new Map(Object.entries(roles)),
      limits: new Map(),
      tools: new Map(),
      input: {},
      paths: { allowed: ['**'], forbidden: [] },
      allowWrite: true,
      dryRun: false,
    },
    accessFrom(rows),
  );
}

/** Who may touch whose things under the roles every gateway has. */
export function usualReach(): MayTouch {
  const policy = policyOf(DEFAULT_ROLES);
  return (principal, action, owner) => policy.can(principal, action, { owner });
}
