import type { Signer, SigningSecret } from '@callsheet/sdk-core/platform';

/**
 * A secret as a key that signs and that nobody can read again, for the page to keep, in IndexedDB for example. Rejects where
 * there is no WebCrypto, which is on pages without https that do not come from localhost.
 */
export async function importSecret(secret: string | Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  const bytes = typeof secret === 'string' ? new TextEncoder().encode(secret) : secret;
  // Secure contexts alone have `subtle`, whatever its type says.
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  if (!subtle) throw new Error('this page has no WebCrypto; serve it over https, or from localhost');
  return subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
}

/** Signs with WebCrypto. One for each client: it remembers the key it made of the last secret. */
export function webSigner(): Signer {
  let last: SigningSecret | undefined;
  let key: CryptoKey;
  return {
    async sign(secret, text) {
      if (secret !== last) {
        key = isRaw(secret) ? await importSecret(secret) : (secret as CryptoKey);
        last = secret;
      }
      return base64Url(new Uint8Array(await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(text))));
    },
    nonce: () => base64Url(crypto.getRandomValues(new Uint8Array(16))),
  };
}

function isRaw(secret: SigningSecret): secret is string | Uint8Array<ArrayBuffer> {
  return typeof secret === 'string' || secret instanceof Uint8Array;
}

function base64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replace(/[+/=]/g, (sign) =>
    sign === '+' ? '-' : sign === '/' ? '_' : '',
  );
}
