export { CallsheetProvider, type CallsheetProviderProps, useClient } from './react/client-context.ts';
// With a star, because only so can an application add to `Register`.
export * from './react/registered-tools.ts';
export { useConnection } from './react/use-connection.ts';
export { type JobHook, type JobHookState, useJob } from './react/use-job.ts';
export { type ToolHook, type ToolHookOptions, type ToolState, useTool } from './react/use-tool.ts';
