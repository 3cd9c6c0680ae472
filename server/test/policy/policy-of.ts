import { METHODS, type MethodRow } from '@callsheet/protocol';
import { accessFrom } from '../../src/policy/access.ts';
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
