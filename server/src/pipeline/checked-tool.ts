import { CallError, type Tool } from '@callsheet/protocol';
import type { Check } from './schemas.ts';

/**
 * The tool, held to its word: a result that does not fit its output schema and an error from outside the table both
 * become TOOL_FAILED, whose sentence names the tool and none of the fault's own words. The fault itself is the cause.
 */
export function checkedTool(tool: Tool, checkOutput: Check): Tool {
  return {
    ...tool,
    run: async (args, ctx) => {
      const result = await runOnce(tool, args, ctx);
      try {
        checkOutput(result);
      } catch (cause) {
        const sentence = `The tool "${tool.name}" answered something its own output schema does not allow`;
        throw new CallError('TOOL_FAILED', sentence, { retryable: false, cause });
      }
      return result;
    },
  };
}

async function runOnce(tool: Tool, ...[args, ctx]: Parameters<Tool['run']>): Promise<unknown> {
  try {
    return await tool.run(args, ctx);
  } catch (cause) {
    // The reason of an abort was chosen by us; what the tool threw on its way out was not.
    if (ctx.signal.aborted && CallError.is(ctx.signal.reason)) throw ctx.signal.reason;
    if (CallError.is(cause)) throw cause;
    ctx.log.error({ fault: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause) }, 'the tool threw');
    throw new CallError('TOOL_FAILED', `The tool "${tool.name}" failed`, { retryable: false, cause });
  }
}
