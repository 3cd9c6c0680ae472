export {
  type Asset,
  type AssetFacts,
  CallError,
  type Json,
  type JsonObject,
  type JsonSchema,
  type Tool,
  type ToolContext,
} from '@callsheet/protocol';
export {
  type AnyTools,
  AuthError,
  type BatchEvent,
  type BatchItem,
  type BatchOptions,
  type BatchRun,
  type CacheEntry,
  type CacheMode,
  type CacheOptions,
  type CacheStats,
  type CacheStore,
  type Call,
  type CallOptions,
  type CallRecord,
  type CallReport,
  CancelledError,
  CircuitOpenError,
  type Client,
  type ClientDefaults,
  type ClientEvents,
  type ClientStats,
  ConnectionError,
  type ConnectionInfo,
  type ConnectionState,
  type Credentials,
  type ErrorCode,
  type JobEvent,
  type JobHandle,
  type JobProgress,
  type JobReport,
  type JobState,
  type Middleware,
  type MiddlewareCall,
  newTraceparent,
  OverloadError,
  type PoolOptions,
  type PoolStrategy,
  type Progress,
  RateLimitError,
  type ReconnectOptions,
  type ResultOptions,
  type RetryOptions,
  RpcClientError,
  type Session,
  type Telemetry,
  TimeoutError,
  type Timeouts,
  ToolError,
  type TopicEvent,
  ValidationError,
} from '@callsheet/sdk-core';
export { connect, createClient, type NodeClient } from './client.ts';
export type { Downloadable, DownloadOptions, DownloadProgress, DownloadResult } from './download/download.ts';
export type { Environment, NodeClientOptions } from './environment.ts';
export { LruCacheStore } from './lru-cache-store.ts';
export type { GatewayState, ProviderEvents, ProviderGateway } from './provide/events.ts';
export type { ListenOptions, ProvideOptions } from './provide/options.ts';
export { provide } from './provide/provide.ts';
export type { Provider } from './provide/provider.ts';
export type { ToolDefinition, ToolOffer } from './provide/tool-definition.ts';
export type { Uploadable, UploadOptions, UploadProgress } from './upload/upload.ts';
