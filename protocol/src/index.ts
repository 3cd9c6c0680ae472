export { type Asset, type AssetFacts, type AssetKind, UPLOAD_PATH, type UploadFacts } from './asset.ts';
export { BoundedNames } from './bounded-names.ts';
export { failureText, notificationText, requestText, successText } from './build.ts';
export { CallError, type ErrorData, type ErrorFacts, type WireError } from './call-error.ts';
export type {
  AnswerSecurity,
  CallMeta,
  CancelledParams,
  ProgressParams,
  ToolCallParams,
  ToolCallResult,
  ToolInfo,
  ToolListResult,
} from './calls.ts';
export { CLOSE_CODES, type CloseName } from './close-codes.ts';
export { ERRORS, type ErrorName, type ErrorRow, errorName, type Issue, type Retry } from './errors.ts';
export {
  type EventParams,
  FINAL_STATUSES,
  isFinal,
  type JobEvent,
  type JobListParams,
  type JobListResult,
  type JobStatus,
  type JobSubmitParams,
  type JobView,
} from './jobs.ts';
export { isJsonObject, type Json, type JsonObject, type JsonSchema } from './json.ts';
export { freesKey } from './keys.ts';
export { DEFAULT_LIMITS, type WireLimits } from './limits.ts';
export type {
  FailureMessage,
  Frame,
  Id,
  InvalidMessage,
  Message,
  NotificationMessage,
  Params,
  RequestMessage,
  SuccessMessage,
} from './messages.ts';
export { METHODS, type MethodName, type MethodRow, NOTIFICATIONS } from './methods.ts';
export {
  type AttemptObservation,
  CHANNELS,
  type ConnectionObservation,
  type CredentialObservation,
  type JobObservation,
  type ObservationChannel,
  type Observed,
  type OccurrenceObservation,
  type ProviderObservation,
  type RequestMarks,
  type RequestObservation,
  type Transport,
  type WorkObservation,
} from './observations.ts';
export { parseFrame, parseMessage } from './parse.ts';
export { parseCoalesced } from './parse-coalesced.ts';
export { scanJson } from './scan.ts';
export {
  type Capabilities,
  type Credential,
  RPC_PATH,
  type SessionOpenParams,
  type SessionOpenResult,
  type SessionRefreshParams,
  type SessionRefreshResult,
  SUBPROTOCOL,
} from './session.ts';
export type {
  AssetPort,
  Execution,
  OpenAsset,
  Principal,
  ProgressReport,
  Tool,
  ToolContext,
  ToolLog,
  TraceContext,
} from './tool.ts';
export { isSampled, parseTraceparent, type SpanIdentity, traceparentText } from './traceparent.ts';
export {
  ASSET_HEADER,
  type HeldWork,
  type JobAttempt,
  MOST_EXCHANGES,
  type RegisterParams,
  type RegisterResult,
  WORK_ASSETS_PATH,
  WORK_HEADER,
  type WorkExchange,
  type WorkMeta,
  type WorkObserved,
} from './workers.ts';
