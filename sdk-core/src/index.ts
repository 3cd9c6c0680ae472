export type { ReconnectOptions } from './backoff.ts';
export type { Call, CallReport } from './call.ts';
export type { CallOptions } from './call-options.ts';
export type { Client } from './client.ts';
export type { ClientEvents } from './client-events.ts';
export type { ClientOptions, Platform, Timeouts } from './client-options.ts';
export type { Clock, Timer } from './clock.ts';
export type { ConnectionState } from './connection-state.ts';
export { connect, createClient } from './create-client.ts';
export type { Credentials, MaybePromise, PresentedCredential } from './credentials.ts';
export {
  AuthError,
  CancelledError,
  CircuitOpenError,
  type ClientErrorFacts,
  ConnectionError,
  type ErrorCode,
  OverloadError,
  RateLimitError,
  RpcClientError,
  TimeoutError,
  type TimeoutPhase,
  ToolError,
  ValidationError,
} from './errors.ts';
export type { JobEvent, JobProgress, JobState } from './job-events.ts';
export type { JobHandle, JobReport, ResultOptions } from './job-handle.ts';
export type { Session } from './session.ts';
export type { AnyTools, In, Out, Prog, Progress } from './tool-types.ts';
export type { ToolMethods } from './tools-proxy.ts';
export type { TopicEvent } from './topic-follower.ts';
export type { CloseInfo, SocketListener, Transport, TransportSocket } from './transport.ts';
