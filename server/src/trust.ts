import { METHODS, type MethodRow, type ToolLog } from '@callsheet/protocol';
import type { AuthenticatorParts } from './auth/authenticate.ts';
import { type Identities, openIdentities } from './auth/open-identities.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config/settings.ts';
import { CallLimiter } from './limits/call-limiter.ts';
import { accessFrom } from './policy/access.ts';
import { callRules, rulesFromSettings } from './policy/from-settings.ts';
import { matches } from './policy/pattern.ts';
import { Policy } from './policy/policy.ts';
import type { Storage } from './storage.ts';

/** What decides what may be done, and how often. It needs nothing but the settings, and comes first. */
export interface Rules {
  readonly policy: Policy;
  readonly limiter: CallLimiter;
}

export function openRules(config: Config): Rules {
  const rules = rulesFromSettings(config);
  const rows: Readonly<Record<string, MethodRow>> = METHODS;
  return {
    policy: new Policy(rules, accessFrom(rows)),
    limiter: new CallLimiter({ rules: callRules(config, rules), matches }),
  };
}

export interface TrustParts extends Pick<AuthenticatorParts, 'admitOrigin' | 'onRefused'> {
  readonly storage: Storage;
  readonly policy: Policy;
  readonly clock: Clock;
  readonly log: ToolLog;
}

/** Opens what decides who somebody is. */
export function openTrust(config: Config, { storage, policy, ...parts }: TrustParts): Promise<Identities> {
  const { ring, keys } = storage;
  return openIdentities(config, { ...parts, ring, keys, isRole: (role) => policy.rules.roles.has(role) });
}
