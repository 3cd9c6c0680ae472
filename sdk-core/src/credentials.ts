import type { Credential } from '@callsheet/protocol';
import { callback, type OptionRule, objectOf, text } from './option-rules.ts';

export type MaybePromise<T> = T | Promise<T>;

/** How this client proves who it is. A function is asked at every dial, so a rotated key is picked up by itself. */
export type Credentials =
  | { readonly type: 'apiKey'; readonly apiKey: string | (() => MaybePromise<string>) }
  | { readonly type: 'none' };

const apiKeyRules = objectOf<{ type: 'apiKey'; apiKey: string }>({
  type: () => undefined,
  apiKey: (value) => (typeof value === 'function' ? callback(value) : secretText(value)),
});

const noneRules = objectOf<{ type: 'none' }>({ type: () => undefined });

export const credentialsRule: OptionRule = (value) => {
  const type: unknown = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined;
  if (type === 'apiKey') return apiKeyRules(value);
  if (type === 'none') return noneRules(value);
  return `expected { type: 'apiKey', apiKey } or { type: 'none' }`;
};

/** Never quotes the value: an error sentence ends up in logs. */
function secretText(value: unknown): string | undefined {
  return text(value) === undefined ? undefined : 'expected a key that is not empty, or a function that gives one';
}

/** What is shown at a dial: the credential of the wire, with the key filled in. */
export type PresentedCredential = Extract<Credential, { readonly type: 'apiKey' }>;

/** The credential of one dial. Rejects when the caller's function does, or when it gives no key. */
export async function presentCredential(credentials: Credentials): Promise<PresentedCredential | undefined> {
  if (credentials.type === 'none') return undefined;
  const { apiKey } = credentials;
  const key = typeof apiKey === 'function' ? await apiKey() : apiKey;
  if (typeof key !== 'string' || key === '') throw new TypeError('The apiKey function gave no key; return a text');
  return { type: 'apiKey', apiKey: key };
}
