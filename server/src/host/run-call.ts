import type { Clock } from '../clock.ts';
import { timeoutOf } from '../pipeline/deadline.ts';
import type { ToolCall } from '../pipeline/layer.ts';
import { projectOf, traceOf } from './call-meta.ts';
import { contextForCall, type HostParts } from './context.ts';

/** Runs a tool on its caller's own time: nothing of it survives the connection. */
export async function runCall(host: HostParts & { readonly clock: Clock }, call: ToolCall): Promise<unknown> {
  const { tool, args, meta, principal, cancellation, progress } = call;
  const hosted = contextForCall(host, {
    tool: tool.name,
    principal,
    project: projectOf(call),
    trace: traceOf(call),
    dryRun: meta.dryRun ?? false,
    get signal() {
      return cancellation.signal;
    },
    deadline: host.clock.now() + timeoutOf(call),
    onProgress: progress,
  });
  try {
    return await tool.run(args, hosted.context);
  } finally {
    await hosted.settle();
  }
}
