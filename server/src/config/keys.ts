import type { ConfiguredKey } from '../auth/first-key.ts';
import type { Config } from './settings.ts';

/** The name under which `auth.admin_key` is known. */
export const ADMIN_KEY_NAME = 'admin';

/** The keys the configuration opens the gateway with: the admin key and the active ones of `[auth.api_keys]`. */
export function configuredKeys({ auth }: Config): readonly ConfiguredKey[] {
  const admin = auth.adminKey === undefined ? [] : [{ name: ADMIN_KEY_NAME, key: auth.adminKey, role: 'admin' }];
  const named = Object.entries(auth.apiKeys).filter(([, { active }]) => active);
  return [
    ...admin,
    ...named.map(([name, { key, role, scopes, allowedOrigins }]) => ({
      ...{ name, key, role },
      ...(scopes.length > 0 && { scopes }),
      ...(allowedOrigins.length > 0 && { allowedOrigins }),
    })),
  ];
}
