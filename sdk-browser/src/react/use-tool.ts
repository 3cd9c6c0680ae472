import type { Answer, In, Prog } from '@callsheet/sdk-core';
import { useEffect } from 'react';
import type { RegisteredTools } from './registered-tools.ts';
import { useStore } from './store.ts';
import { type ToolHook, toolCalls } from './tool-calls.ts';

export interface ToolHookOptions {
  /** False: calls go on when their component goes away. */
  readonly cancelOnUnmount?: boolean;
}

/** Calls a tool when it is told to, and shows how that goes. Nothing is called by rendering. */
export function useTool<K extends keyof T & string, T = RegisteredTools>(
  tool: K,
  { cancelOnUnmount = true }: ToolHookOptions = {},
): ToolHook<In<T, K>, Answer<T, K>, Prog<T, K>> {
  const [{ call, cancel, reset, leave }, state] = useStore(toolCalls<T, K>, tool);
  useEffect(() => (cancelOnUnmount ? leave : undefined), [leave, cancelOnUnmount]);
  return { ...state, call, cancel, reset };
}
