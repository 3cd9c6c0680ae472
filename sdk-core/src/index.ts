export type { ReconnectOptions } from './backoff.ts';
export type { BatchEvent, BatchItem, BatchMode, BatchOptions, BatchResults, BatchRun } from './batch.ts';
export type { Call, CallReport } from './call.ts';
export type { CallClient } from './call-client.ts';
export type { CallOptions } from './call-options.ts';
export type { CatalogOptions } from './catalog.ts';
export type { Client } from './client.ts';
export type { ClientEvents } from './client-events.ts';
export type { ClientDefaults, ClientOptions, ClientStats } from './client-options.ts';
export type { Clock, Timer } from './clock.ts';
export type {
  Addresses,
  ConnectionOptions,
  Platform,
  PoolOptions,
  Timeouts,
} from './connection-options.ts';
export type { ConnectionState } from './connection-state.ts';
export { connect, createClient } from './create-client.ts';
export type { CredentialReason, Credentials, MaybePromise, PresentedCredential, Signer } from './credentials.ts';
export {
  AuthError,
  CancelledError,
  CircuitOpenError,
  type ClientErrorFacts,
  ConnectionError,
  type ErrorClass,
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
export type {
  CacheEntry,
  CacheMode,
  CacheOptions,
  CacheStats,
  CacheStore,
  CallCacheOptions,
  Invalidation,
} from './layers/cache-options.ts';
export type { Handle, Middleware, MiddlewareCall } from './layers/middleware.ts';
export type { CallRetryOptions, RetryOptions } from './layers/retry-options.ts';
export type { CallRecord, ConnectionRecord, Telemetry } from './layers/telemetry-options.ts';
export { newTraceparent } from './layers/trace-context.ts';
export type { LifeListener, PlatformLife } from './platform-life.ts';
export type { ConnectionInfo, PooledCall, PoolStrategy } from './pool-strategies.ts';
export type { Session } from './session.ts';
export type { Answer, AnyTools, In, JobHandleView, Out, Prog, Progress } from './tool-types.ts';
export type { ToolMethods } from './tools-proxy.ts';
export type { TopicEvent } from './topic-event.ts';
export type { CloseInfo, SocketListener, Transport, TransportSocket } from './transport.ts';
