// What a platform's own package builds on (sdk-node, sdk-browser); applications import `@callsheet/sdk-core`.
export { reconnectDelay } from './backoff.ts';
export type { ClientEvents } from './client-events.ts';
export { LITE_RULES, type LiteOptions, readClientOptions } from './client-options.ts';
export { type Clock, systemClock, type Timer } from './clock.ts';
export { Connection, type ConnectionListener } from './connection.ts';
export { CredentialKeeper, type CredentialKeeperParts } from './credential-keeper.ts';
export {
  type CredentialReason,
  credentialsRule,
  type PresentParts,
  presentCredential,
  refreshBeforeMs,
  type Signer,
  type SigningKey,
  type SigningSecret,
} from './credentials.ts';
export { Emitter, runListener } from './emitter.ts';
export {
  abortSignal,
  callback,
  checkOptions,
  count,
  flag,
  milliseconds,
  type OptionRule,
  objectOf,
  text,
} from './option-rules.ts';
export type { PlatformLife } from './platform-life.ts';
export type { Message } from './read-frame.ts';
export type { ConnectionSettings, Settings } from './settings.ts';
export { HMAC_SCHEME, type RequestToSign, signedText } from './signed-text.ts';
export { errorFromWire } from './wire-errors.ts';
