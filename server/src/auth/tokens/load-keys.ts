import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { TokenAlgorithm, TokenKey } from './token-key.ts';

/** A key as the configuration names it: `secret` for HS256, `keyFile` (PEM) for the others. */
export interface ConfiguredTokenKey {
  readonly alg: TokenAlgorithm;
  readonly secret?: string | undefined;
  readonly keyFile?: string | undefined;
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
}

/**
 * The configured keys of others, by their names.
 *
 * @throws Error for a file that cannot be read, is no key, or holds a private one; how strong they are `TokenKeys` checks.
 */
export function loadTokenKeys(entries: Readonly<Record<string, ConfiguredTokenKey>>): Promise<TokenKey[]> {
  return Promise.all(
    Object.entries(entries).map(async ([kid, { alg, secret, keyFile, issuer, audience }]): Promise<TokenKey> => {
      const key = secret === undefined ? await publicKey(kid, keyFile) : createSecretKey(Buffer.from(secret));
      return {
        ...{ kid, alg, key, use: 'verify' },
        ...(issuer !== undefined && { issuer }),
        ...(audience !== undefined && { audience }),
      };
    }),
  );
}

async function publicKey(kid: string, file: string | undefined): Promise<KeyObject> {
  if (file === undefined) throw new Error(`Cannot use the token key "${kid}": it has neither key_file nor secret`);
  let pem: string;
  try {
    pem = await readFile(file, 'utf8');
  } catch (cause) {
    throw new Error(`Cannot read the token key "${kid}" from "${file}"`, { cause });
  }
  // Node would take the public half of it, and nobody would notice that a private key lies where it should not.
  if (pem.includes('PRIVATE KEY')) {
    throw new Error(`Cannot use the token key "${kid}": "${file}" holds a private key; put the public one there`);
  }
  try {
    return createPublicKey(pem);
  } catch (cause) {
    throw new Error(`Cannot use the token key "${kid}": "${file}" is not a public key in PEM`, { cause });
  }
}
