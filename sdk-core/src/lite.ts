// The small client, for pages that only call tools: another engine behind a smaller surface, in a fifth of the size.
export { RpcClientError } from './errors.ts';
export type {
  LiteCallOptions,
  LiteClient,
  LiteCredentials,
  LiteOptions,
  StateChange,
} from './lite/lite-options.ts';
export { connect, createClient } from './lite/small-client.ts';
