import {
  CallError,
  type CallMeta,
  type JsonObject,
  type ProgressParams,
  type ProgressReport,
  type ToolCallParams,
  type ToolCallResult,
  type ToolListResult,
} from '@callsheet/protocol';
import type { Recorder } from '../audit/recorder.ts';
import { keyOf } from '../host/call-meta.ts';
import type { Catalogue } from '../pipeline/catalogue.ts';
import type { Handler, ToolCall } from '../pipeline/layer.ts';
import type { Policy } from '../policy/policy.ts';
import type { Session } from '../session/session.ts';
import type { Invocation, Method } from './method.ts';

/** Rows of one answer to `tools/list`. */
const PAGE = 100;
const NO_META: CallMeta = Object.freeze({});
const NO_ARGUMENTS: JsonObject = Object.freeze({});

export interface ToolMethodsOptions {
  readonly catalogue: Catalogue;
  readonly policy: Policy;
  /** The whole pipeline, put together once. */
  readonly pipeline: Handler;
  readonly now: () => number;
  /** Told of refused calls of tools that only read; of all others the pipeline tells. */
  readonly recorder: Pick<Recorder, 'failed'> | undefined;
}

/** `tools/list` and `tools/call`. */
export function toolMethods(options: ToolMethodsOptions): Record<'tools/list' | 'tools/call', Method> {
  const { catalogue, policy, pipeline, now, recorder } = options;
  return {
    'tools/list': (params, { session }): ToolListResult => {
      const { category } = params;
      const listed = catalogue.list().filter((row) => category === undefined || row.category === category);
      const visible = new Set(
        policy.visibleTools(
          session.principal,
          listed.map(({ name }) => name),
        ),
      );
      // Whoever may not see jobs cannot call what makes one.
      const seesJobs = policy.can(session.principal, 'jobs/get');
      const rows = listed.filter(({ name, execution }) => visible.has(name) && (execution === 'call' || seesJobs));
      const from = typeof params.cursor === 'string' ? after(rows, params.cursor) : 0;
      const tools = rows.slice(from, from + PAGE);
      const last = tools.at(-1);
      return from + PAGE < rows.length && last !== undefined ? { tools, nextCursor: last.name } : { tools };
    },
    'tools/call': async (params, invocation): Promise<ToolCallResult> => {
      const call = toolCall(catalogue, params as unknown as ToolCallParams, invocation, 'call');
      const { meta, receipt, requestId } = call;
      const began = meta.report === true ? now() : 0;
      let structuredContent: JsonObject;
      try {
        structuredContent = (await pipeline(call)) as JsonObject;
      } catch (error) {
        if (call.tool.readOnly === true) recorder?.failed(call, CallError.from(error));
        throw error;
      }
      if (meta.report !== true && receipt === undefined) return { structuredContent };
      return {
        structuredContent,
        ...(receipt?.security !== undefined && { security: receipt.security }),
        ...((meta.report === true || receipt?.dryRun === true || receipt?.replayed === true) && {
          _meta: {
            ...(meta.report === true && { requestId, durationMs: now() - began }),
            ...(receipt?.replayed === true && { replayed: true }),
            ...(receipt?.dryRun === true && { dryRun: true }),
          },
        }),
      };
    },
  };
}

/** Turns the parameters of `tools/call` or `jobs/submit` into a call. @throws CallError TOOL_NOT_FOUND */
export function toolCall(
  catalogue: Catalogue,
  params: ToolCallParams,
  { session, cancellation, requestId, now, observation }: Invocation,
  mode: Exclude<ToolCall['mode'], 'retry'>,
): ToolCall {
  const meta = params._meta ?? NO_META;
  const args = params.arguments ?? NO_ARGUMENTS;
  const { tool, checkInput } = catalogue.entry(params.name, meta.route);
  return {
    tool,
    checkInput,
    args,
    meta,
    principal: session.principal,
    cancellation,
    requestId,
    now,
    observation,
    mode,
    retries: undefined,
    nested: false,
    from: session,
    receipt: tool.readOnly === true && keyOf({ meta, args }) === undefined ? undefined : {},
    progress: meta.progressToken === undefined ? undefined : reporter(session, meta.progressToken),
  };
}

function reporter(session: Session, progressToken: string | number): (report: ProgressReport) => void {
  let furthest = 0;
  return ({ fraction, stage, stageFraction, message }) => {
    // MCP and we promise that progress never falls; a tool that steps back is held at its furthest point.
    furthest = Math.min(1, Math.max(furthest, fraction));
    const params: ProgressParams = {
      progressToken,
      progress: furthest,
      total: 1,
      stage,
      ...(stageFraction !== undefined && { stageProgress: stageFraction }),
      ...(message !== undefined && { message }),
    };
    session.notify('notifications/progress', params);
  };
}

function after(rows: readonly { name: string }[], cursor: string): number {
  const index = rows.findIndex((row) => row.name === cursor);
  if (index < 0) throw new CallError('INVALID_PARAMS', 'Cannot continue the list: the cursor is unknown; start again');
  return index + 1;
}
