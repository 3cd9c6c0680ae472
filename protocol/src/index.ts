export type { Asset, AssetFacts, AssetKind } from './asset.ts';
export { isJsonObject, type Json, type JsonObject, type JsonSchema } from './json.ts';
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
