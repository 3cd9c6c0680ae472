import { createHash, createSecretKey, randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { authFolder } from '../key-store.ts';
import { createDurably, readIfThere } from '../stored-file.ts';
import type { TokenKey } from './token-key.ts';

/** Inside `<dataDir>/auth`. */
export const OWN_KEY_FILE = 'token-key';

const OWN_KEY_BYTES = 32;

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
  const bytes = secret === undefined ? await storedKey(authFolder(dataDir), random) : Buffer.from(secret);
  const name = createHash('sha256').update('callsheet token key\n').update(bytes).digest('base64url').slice(0, 8);
  return { kid: `own-${name}`, alg: 'HS256', key: createSecretKey(bytes), use: 'sign' };
}

async function storedKey(folder: string, random: (bytes: number) => Uint8Array): Promise<Uint8Array> {
  const file = join(folder, OWN_KEY_FILE);
  let text = await readIfThere(file);
  if (text === undefined) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await createDurably(file, `${Buffer.from(random(OWN_KEY_BYTES)).toString('base64url')}\n`);
    // Another process may have been faster; then its key is the one that counts.
    text = (await readIfThere(file)) ?? '';
  }
  const bytes = Buffer.from(text.trim(), 'base64url');
  if (bytes.length === OWN_KEY_BYTES) return bytes;
  throw new Error(
    `Cannot read the token key in "${file}": expected ${OWN_KEY_BYTES} bytes in base64url; remove the file, and every ` +
      'token signed with the old key ends',
  );
}
