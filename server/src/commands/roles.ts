import type { Config } from '../config/settings.ts';
import { PolicyFile } from '../policy/file/policy-file.ts';
import { rulesFromSettings } from '../policy/from-settings.ts';

/**
 * The roles there are, in the settings and in the policy file.
 *
 * @throws ConfigError when the policy file is wrong.
 */
export async function rolesOf(config: Pick<Config, 'policy'>): Promise<readonly string[]> {
  const { file } = config.policy;
  const base = rulesFromSettings(config);
  const { roles } = file === undefined ? base : await new PolicyFile(file, base).read();
  return [...roles.keys()];
}
