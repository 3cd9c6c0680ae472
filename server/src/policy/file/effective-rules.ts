import { didYouMean, nearest } from '../../config/suggest.ts';
import type { RoleRule } from '../role.ts';
import type { PolicyRules, RoleLimits } from '../rules.ts';
import type { Place, Say } from './checks.ts';
import type { PolicyDocument, WrittenRole } from './document.ts';

/** The rules of the settings with those of the file in their place: role by role, tool by tool, member by member. */
export function rulesOfFile(document: PolicyDocument, base: PolicyRules, say: Say): PolicyRules {
  const { roles, limits } = resolveRoles(document, base, say);
  const { auditSecretVariable = base.auditSecretVariable } = document;
  return {
    roles,
    limits,
    tools: new Map([...base.tools, ...document.tools]),
    input: { ...base.input, ...document.input },
    paths: { ...base.paths, ...document.paths },
    allowWrite: document.allowWrite ?? base.allowWrite,
    dryRun: document.dryRun ?? base.dryRun,
    ...(auditSecretVariable !== undefined && { auditSecretVariable }),
  };
}

/** Looks up `same_as`: such a role begins as a copy of the other, limits included, and adds patterns of its own. */
function resolveRoles(document: PolicyDocument, base: PolicyRules, say: Say): Pick<PolicyRules, 'roles' | 'limits'> {
  const written = new Map<string, WrittenRole>([...base.roles, ...document.roles]);
  const ownLimits = new Map<string, RoleLimits>([...base.limits, ...document.limits]);
  const limits = new Map(ownLimits);
  const roles = [...written].map(([name, own]): [string, RoleRule] => {
    const line = lineage(name, own, written, say);
    const limited = line.find(({ role }) => ownLimits.has(role));
    const inherited = limited && ownLimits.get(limited.role);
    if (inherited !== undefined) limits.set(name, inherited);
    return [name, { allow: line.flatMap(({ rule }) => rule.allow), deny: line.flatMap(({ rule }) => rule.deny) }];
  });
  for (const role of document.limits.keys()) {
    if (!written.has(role))
      say(['limits', role], `limits a role nobody describes${didYouMean(nearest(role, [...written.keys()]))}`);
  }
  return { roles: new Map(roles), limits };
}

/** The role, the one it is the same as, and so on. */
function lineage(
  name: string,
  own: WrittenRole,
  written: ReadonlyMap<string, WrittenRole>,
  say: Say,
): { role: string; rule: WrittenRole }[] {
  const at: Place = ['roles', name, 'same_as'];
  const line = [{ role: name, rule: own }];
  for (let next = own.sameAs; next !== undefined; ) {
    const rule = written.get(next);
    const names = line.map(({ role }) => role);
    if (names.includes(next)) {
      say(at, `leads in a circle: ${[...names, next].join(' → ')}`);
      return line;
    }
    if (rule === undefined) {
      // Whoever names the unknown role says so; those that only lead there need not repeat it.
      const near = didYouMean(nearest(next, [...written.keys()]));
      if (line.length === 1) say(at, `is "${next}", which is no role${near}`);
      return line;
    }
    line.push({ role: next, rule });
    next = rule.sameAs;
  }
  return line;
}
