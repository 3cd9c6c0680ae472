import type { Credentials, PresentedCredential } from '@callsheet/sdk-core';
import { HMAC_SCHEME, presentCredential, type RequestToSign } from '@callsheet/sdk-core/platform';
import { nodeSigner } from './node-signer.ts';

/** The headers that show a credential. A ticket has none: it is good once, inside `session/open`. */
export function authorization(credential: PresentedCredential | undefined): Record<string, string> {
  switch (credential?.type) {
    case 'apiKey':
      return { authorization: `Bearer ${credential.apiKey}` };
    case 'jwt':
      return { authorization: `Bearer ${credential.token}` };
    case 'hmac': {
      const { clientId, timestamp, nonce, signature } = credential;
      return { authorization: `${HMAC_SCHEME} id=${clientId}, ts=${timestamp}, nonce=${nonce}, sig=${signature}` };
    }
    default:
      return {};
  }
}

/** Makes the headers of one HTTP request. A signature covers the request and is good once, so ask again to send again. */
export type Authorize = (request: RequestToSign) => Promise<Record<string, string>>;

/** Shows these credentials with HTTP requests. Rejects as `presentCredential` does. */
export function authorizer(auth: Credentials, wallClock: () => number = Date.now): Authorize {
  return async (request) => {
    // A ticket opens a session and nothing else; to fetch one here would use it up.
    if (auth.type === 'ticket') return {};
    const parts = { ...request, why: 'connect', wallClock, signer: nodeSigner } as const;
    return authorization(await presentCredential(auth, parts));
  };
}
