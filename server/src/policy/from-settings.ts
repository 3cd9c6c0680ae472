import type { Config } from '../config/settings.ts';
import type { CallRules, ToolRule } from '../limits/call-rules.ts';
import type { Rate } from '../limits/rate.ts';
import { parseRate } from '../limits/rate-text.ts';
import type { PolicyRules } from './rules.ts';

/** The policy of a gateway without a policy file, and the ground a file builds on. */
export function rulesFromSettings({ policy }: Pick<Config, 'policy'>): PolicyRules {
  return {
    roles: new Map(Object.entries(policy.roles)),
    limits: new Map(),
    tools: new Map(),
    input: {},
    paths: { allowed: policy.allowedPaths, forbidden: policy.forbiddenPaths },
    allowWrite: policy.allowWrite,
    dryRun: policy.dryRun,
  };
}

/** How often tools may be called: as the settings say, and where the policy file says more, as that says. */
export function callRules({ rate }: Pick<Config, 'rate'>, rules: Pick<PolicyRules, 'limits' | 'tools'>): CallRules {
  const roles = [...rules.limits].flatMap(([role, limits]): [string, Rate | undefined][] =>
    limits.rate === undefined ? [] : [[role, known(limits.rate)]],
  );
  const ofFile = [...rules.tools].map(([pattern, limits]): ToolRule => ({ pattern, rate: known(limits.rate) }));
  const ofSettings = Object.entries(rate.tools).map(
    ([pattern, limits]): ToolRule => ({ pattern, rate: parseRate(limits.rate) }),
  );
  return {
    global: parseRate(rate.global),
    principal: { calls: rate.calls, windowMs: rate.windowS * 1000, burst: rate.burst },
    roles: Object.fromEntries(roles),
    tools: [...ofFile, ...ofSettings],
  };
}

function known(rate: Rate | 'off'): Rate | undefined {
  return rate === 'off' ? undefined : rate;
}
