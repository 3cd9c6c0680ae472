import { METHODS, type MethodRow, type ToolLog } from '@callsheet/protocol';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/settings.ts';
import { CallLimiter } from '../limits/call-limiter.ts';
import { accessFrom } from './access.ts';
import { PolicyFile } from './file/policy-file.ts';
import { callRules, rulesFromSettings } from './from-settings.ts';
import { matches } from './pattern.ts';
import { Policy } from './policy.ts';

/** What decides what may be done, and how often. */
export interface Rules {
  readonly policy: Policy;
  readonly limiter: CallLimiter;
  /** Follows the policy file, if there is one, and calls back after each change. Answers a function that ends it. */
  follow(changed: () => void): () => void;
}

/** @throws ConfigError with all that is wrong with the policy file */
export async function openRules(
  config: Config,
  { clock, log }: { readonly clock: Clock; readonly log: ToolLog },
): Promise<Rules> {
  const base = rulesFromSettings(config);
  const file = config.policy.file === undefined ? undefined : new PolicyFile(config.policy.file, base);
  const rules = (await file?.read()) ?? base;
  const rows: Readonly<Record<string, MethodRow>> = METHODS;
  const policy = new Policy(rules, accessFrom(rows));
  const limiter = new CallLimiter({ rules: callRules(config, rules), matches });
  return {
    policy,
    limiter,
    follow: (changed) => {
      const following = file?.follow({
        ...{ clock, log },
        changed: (next) => {
          policy.replace(next);
          limiter.adopt(callRules(config, next));
          changed();
        },
      });
      return () => following?.close();
    },
  };
}
