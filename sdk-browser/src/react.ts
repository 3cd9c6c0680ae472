export { CallsheetProvider, type CallsheetProviderProps, useClient } from './react/client-context.ts';
// With a star, because only so can an application add to `Register`.
export * from './react/registered-tools.ts';
export type { ToolHook, ToolState } from './react/tool-calls.ts';
export { useConnection } from './react/use-connection.ts';
export { useJob } from './react/use-job.ts';
export { type ToolHookOptions, useTool } from './react/use-tool.ts';
export type { JobHook, JobHookState } from './react/watched-job.ts';
