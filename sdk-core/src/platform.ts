// What a platform's own package builds on (sdk-node, sdk-browser); applications import `@callsheet/sdk-core`.
export { reconnectDelay } from './backoff.ts';
export { checkProgress } from './check-progress.ts';
export type { ClientEvents } from './client-events.ts';
export { type Clock, systemClock, type Timer } from './clock.ts';
export { type Connection, type ConnectionListener, keepConnection } from './connection.ts';
export { CONNECTION_RULES, type ConnectionOptions, readClientOptions } from './connection-options.ts';
export {
  type CredentialReason,
  credentialsRule,
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
  type OptionRules,
  object,
  objectOf,
  rule,
  text,
} from './option-rules.ts';
export type { PlatformLife } from './platform-life.ts';
export { type PresentParts, presentCredential } from './present-credential.ts';
export type { Message } from './read-frame.ts';
export type { ConnectionSettings, Settings } from './settings.ts';
export { HMAC_SCHEME, type RequestToSign, signedText } from './signed-text.ts';
export { errorFromWire } from './wire-errors.ts';
