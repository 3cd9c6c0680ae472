import type { Principal } from '@callsheet/protocol';

/**
 * How somebody proved who they are. A ticket hands on the identity it was issued to, and keeps its means; a worker that was
 * dialled is who the settings say lives at its address.
 */
export type Means = 'apiKey' | 'jwt' | 'hmac' | 'certificate' | 'dialled';

/** Somebody who proved who they are: for how long, and by which credential. */
export interface Identity {
  /** Frozen; one object for as long as the credential says the same, so that what is known about it can be kept. */
  readonly principal: Principal;
  readonly means: Means;
  /** The public name of the credential, for logs and the audit trail: key id, token id, client id, certificate name. */
  readonly credential: string;
  /** Milliseconds since the epoch; absent when the credential has no end. */
  readonly expiresAt?: number;
  /** False once the credential is revoked, expired or changed. Asked whenever keys, clients or revocations change. */
  readonly stillGood: () => boolean;
  /** When present, web pages of other origins may not use this credential. */
  readonly allowedOrigins?: readonly string[];
  /** One sentence for the client: the credential is good, and will not be for long. */
  readonly warning?: string;
}
