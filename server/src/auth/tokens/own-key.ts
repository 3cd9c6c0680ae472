import { createHash, createSecretKey, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { authFolder } from '../key-store.ts';
import { openSecretFile } from '../secret-file.ts';
import type { TokenKey } from './token-key.ts';

/** Inside `<dataDir>/auth`. */
export const OWN_KEY_FILE = 'token-key';

/**
 * The key this gateway signs with: the configured secret (HS256, as UTF-8), or 32 random bytes made at the first start.
 * Its name is made from it, so that after a change of the secret old tokens name a key that is not there.
 *
 * @throws Error when the file is there and does not hold such a key; it is never silently replaced.
 */
export async function openOwnKey(
  dataDir: string,
  secret?: string,
  random: (bytes: number) => Uint8Array = randomBytes,
): Promise<TokenKey> {
  const bytes =
    secret === undefined ? await openSecretFile(join(authFolder(dataDir), OWN_KEY_FILE), random) : Buffer.from(secret);
  const name = createHash('sha256').update('callsheet token key\n').update(bytes).digest('base64url').slice(0, 8);
  return { kid: `own-${name}`, alg: 'HS256', key: createSecretKey(bytes), use: 'sign' };
}
