import { createHmac, randomBytes, webcrypto } from 'node:crypto';
import type { Signer, SigningSecret } from '@callsheet/sdk-core/platform';

/** HMAC-SHA256 by node:crypto; a `CryptoKey` signs by WebCrypto, which is the only one that may use it. */
export const nodeSigner: Signer = {
  sign: (secret: SigningSecret, text: string) =>
    typeof secret === 'string' || secret instanceof Uint8Array
      ? createHmac('sha256', secret).update(text).digest('base64url')
      : webcrypto.subtle.sign('HMAC', secret as webcrypto.CryptoKey, Buffer.from(text)).then(inBase64Url),
  nonce: () => randomBytes(16).toString('base64url'),
};

function inBase64Url(bytes: ArrayBuffer): string {
  return Buffer.from(bytes).toString('base64url');
}
