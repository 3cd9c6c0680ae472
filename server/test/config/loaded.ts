import { type ConfigInput, type LoadedConfig, loadConfig } from '../../src/config/load.ts';
import { ConfigError } from '../../src/config/problems.ts';

/** Loads a configuration from a file with this text, or from no file, on a machine with four cores. */
export function load(toml: string | undefined, env: ConfigInput['env'] = {}, cwd = '/srv/gate'): LoadedConfig {
  const readFile = (path: string): string => {
    if (toml !== undefined) return toml;
    throw Object.assign(new Error(`no ${path}`), { code: 'ENOENT' });
  };
  return loadConfig({ env, cwd, cores: 4, readFile });
}

/** The sentences of the refusal, without the heading; `[]` when there is none. */
export function problemsOf(toml: string | undefined, env: ConfigInput['env'] = {}): string[] {
  try {
    load(toml, env);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.split('\n  - ').slice(1);
  }
}
