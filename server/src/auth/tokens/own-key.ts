import { createHash, createSecretKey, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readPrivateFile, writePrivateFile } from './private-file.ts';
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
  const bytes =
    secret === undefined ? await storedKey(join(dataDir, 'auth', OWN_KEY_FILE), random) : Buffer.from(secret);
  const name = createHash('sha256').update('callsheet token key\n').update(bytes).digest('base64url').slice(0, 8);
  return { kid: `own-${name}`, alg: 'HS256', key: createSecretKey(bytes), use: 'sign' };
}

async function storedKey(file: string, random: (bytes: number) => Uint8Array): Promise<Uint8Array> {
  const text = await readPrivateFile(file);
  if (text === undefined) {
    const made = random(OWN_KEY_BYTES);
    await writePrivateFile(file, `${Buffer.from(made).toString('base64url')}\n`);
    return made;
  }
  const bytes = Buffer.from(text.trim(), 'base64url');
  if (bytes.length === OWN_KEY_BYTES) return bytes;
  throw new Error(
    `Cannot read the token key in "${file}": expected ${OWN_KEY_BYTES} bytes in base64url; remove the file, and every ` +
      'token signed with the old key ends',
  );
}
