import type { Call } from './call.ts';
import type { CallOptions } from './call-options.ts';
import type { Answer, Args, Prog } from './tool-types.ts';

/** Every tool as a method. */
export type ToolMethods<T> = {
  readonly [K in keyof T & string]: <W extends boolean = false>(
    args: Args<T, K, W>,
    options?: CallOptions<Prog<T, K>>,
  ) => Call<Answer<T, K, W>, Prog<T, K>>;
};

type CallTool = (tool: string, args: object, options?: CallOptions<never>) => unknown;

const TOOL_NAME = /^(?!then$)[a-z][a-z0-9_]{0,63}$/;

/**
 * Makes `tools.some_tool(args)` out of `call('some_tool', args)`. Names that cannot be tools have no member, so that
 * printing and serialising work; `then` has none either, because `await tools` would call it.
 */
export function toolsProxy<T>(call: CallTool): ToolMethods<T> {
  const methods: Record<string, (args: object, options?: CallOptions<never>) => unknown> = Object.create(null);
  return new Proxy(methods, {
    get(_target, name) {
      if (typeof name !== 'string' || !TOOL_NAME.test(name)) return undefined;
      methods[name] ??= (args, options) => call(name, args, options);
      return methods[name];
    },
  }) as object as ToolMethods<T>;
}
