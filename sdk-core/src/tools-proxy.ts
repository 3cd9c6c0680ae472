import type { CallOptions } from './call-options.ts';
import type { ToolMethod } from './tool-types.ts';

/** Every tool as a method. The names are mapped one to one, so that each keeps what its type says about it. */
export type ToolMethods<T> = { readonly [K in keyof T]: ToolMethod<T, K> };

type CallTool = (tool: string, args: object, options?: CallOptions<never>) => unknown;

const TOOL_NAME = /^(?!then$)[a-z][a-z0-9_]{0,63}$/;

/**
 * Makes `tools.some_tool(args)` out of `call('some_tool', args)`; no arguments are `{}`. Names that cannot be tools have no member,
 * so that printing and serialising work; `then` has none either, because `await tools` would call it.
 */
export function toolsProxy<T>(call: CallTool): ToolMethods<T> {
  const methods: Record<string, (args?: object, options?: CallOptions<never>) => unknown> = Object.create(null);
  return new Proxy(methods, {
    get(_target, name) {
      if (typeof name !== 'string' || !TOOL_NAME.test(name)) return undefined;
      methods[name] ??= (args = {}, options) => call(name, args, options);
      return methods[name];
    },
  }) as object as ToolMethods<T>;
}
