import type { PresentedCredential } from '@callsheet/sdk-core';

/** The header that shows a credential, for the upgrade and for files alike. */
export function authorization(credential: PresentedCredential | undefined): Record<string, string> {
  return credential === undefined ? {} : { authorization: `Bearer ${credential.apiKey}` };
}
