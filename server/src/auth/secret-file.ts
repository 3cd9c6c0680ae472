import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createDurably, readIfThere } from './stored-file.ts';

const BYTES = 32;

/**
 * The 32 random bytes of a secret that is kept in a file of its own; made when it is missing.
 *
 * @throws Error when the file holds something else; it is never silently replaced.
 */
export async function openSecretFile(
  file: string,
  random: (bytes: number) => Uint8Array = randomBytes,
): Promise<Uint8Array> {
  let text = await readIfThere(file);
  if (text === undefined) {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await createDurably(file, `${Buffer.from(random(BYTES)).toString('base64url')}\n`);
    // Another process may have been faster; then its secret is the one that counts.
    text = (await readIfThere(file)) ?? '';
  }
  const bytes = Buffer.from(text.trim(), 'base64url');
  if (bytes.length === BYTES) return bytes;
  throw new Error(
    `Cannot read the secret in "${file}": expected ${BYTES} bytes in base64url; restore it from a backup, or remove it, ` +
      'and whatever was signed or hashed with it is worth nothing any more',
  );
}
