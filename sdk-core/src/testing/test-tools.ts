import {
  CallError,
  type CallMeta,
  isJsonObject,
  type Json,
  type JsonObject,
  type ProgressReport,
  type ToolContext,
  type ToolInfo,
} from '@callsheet/protocol';
import { checkProgress } from '../check-progress.ts';
import type { AnyTools, In, Out } from '../tool-types.ts';

/** What a test tool may know of its call. */
export interface TestToolContext {
  /** Aborted when the call is cancelled, or when its session or its job ends. */
  readonly signal: AbortSignal;
  /** `_meta` of the call. */
  readonly meta: CallMeta;
  /** Undefined outside of jobs. */
  readonly jobId: string | undefined;
  /** How often the job was started; 1 outside of jobs. */
  readonly attempt: number;
  /** As tools of a real gateway report it: `{ stage, fraction, stageFraction?, message? }`. Throws TypeError for anything else. */
  readonly progress: ToolContext['progress'];
}

type Arguments<T, K extends keyof T> = string extends keyof T ? JsonObject : In<T, K>;

/**
 * Answers a call with its result or a promise of it. `CallError` of the protocol's table reaches the caller; anything else
 * that is thrown becomes TOOL_FAILED without its words, as on a real gateway.
 */
export type TestRun<I = JsonObject, O = unknown> = {
  // A method, so that a function with narrower arguments of its own is one too.
  run(args: I, context: TestToolContext): O | Promise<O>;
}['run'];

/** A test tool and what the catalogue says of it. */
export interface TestTool<I = JsonObject, O = unknown> extends Partial<Omit<ToolInfo, 'name' | 'annotations'>> {
  readonly run: TestRun<I, O>;
  /** Running it twice does no harm. */
  readonly idempotent?: boolean;
  readonly readOnly?: boolean;
  /** Milliseconds. */
  readonly cacheTtlMs?: number;
}

/** Tools by name, each a function or a function with its facts. */
export type TestTools<T = AnyTools> = {
  readonly [K in keyof T & string]?: TestRun<Arguments<T, K>, Out<T, K>> | TestTool<Arguments<T, K>, Out<T, K>>;
};

/** One run of a tool, as a test looks at it afterwards. */
export interface TestCall {
  readonly tool: string;
  readonly args: JsonObject;
  readonly meta: CallMeta;
  readonly jobId: string | undefined;
  readonly attempt: number;
  readonly signal: AbortSignal;
  readonly state: 'running' | 'done' | 'failed';
  /** What the tool threw, with the words its caller does not get. */
  readonly error?: unknown;
}

/** The tools of a test gateway, and every run of them. */
export class ToolDesk {
  /** Oldest first. */
  readonly calls: TestCall[] = [];
  #tools: ReadonlyMap<string, TestTool> = new Map();

  /** Offers these tools and no others. */
  serve(tools: TestTools<object>): void {
    const given = Object.entries<TestRun | TestTool>(tools);
    this.#tools = new Map(given.map(([name, tool]) => [name, typeof tool === 'function' ? { run: tool } : tool]));
  }

  /** @throws CallError TOOL_NOT_FOUND */
  find(name: unknown): TestTool {
    const tool = this.#tools.get(String(name));
    if (tool === undefined) throw new CallError('TOOL_NOT_FOUND', `There is no tool "${String(name)}"`);
    return tool;
  }

  list(): ToolInfo[] {
    return [...this.#tools].map(([name, tool]) => infoOf(name, tool));
  }

  /** Runs a tool. What is thrown or rejected is a CallError. */
  run(name: string, args: JsonObject, context: TestToolContext): Json | Promise<Json> {
    const { meta, jobId, attempt, signal } = context;
    const call: { -readonly [K in keyof TestCall]: TestCall[K] } = {
      tool: name,
      args,
      meta,
      jobId,
      attempt,
      signal,
      state: 'running',
    };
    const { run } = this.find(name);
    this.calls.push(call);
    const done = (value: unknown): Json => {
      call.state = 'done';
      return (value ?? null) as Json;
    };
    const failed = (error: unknown): never => {
      call.state = 'failed';
      call.error = error;
      throw CallError.is(error) ? error : new CallError('TOOL_FAILED', `The tool "${name}" failed`);
    };
    try {
      const value = run(args, { ...context, progress: checked(context.progress) });
      return value instanceof Promise ? value.then(done, failed) : done(value);
    } catch (error) {
      return failed(error);
    }
  }
}

/** Fractions are brought back into 0…1 and never fall within a run, as on a real gateway. */
function checked(tell: TestToolContext['progress']): TestToolContext['progress'] {
  let reached = 0;
  return (report) => {
    checkProgress(report);
    if (report.fraction > reached) reached = Math.min(1, report.fraction);
    tell({ ...report, fraction: reached });
  };
}

/** A report as it travels in notifications and in a job's events. */
export function toldOf({ stage, stageFraction, message }: ProgressReport): {
  readonly stage: string;
  readonly stageProgress?: number;
  readonly message?: string;
} {
  return {
    stage,
    ...(stageFraction !== undefined && { stageProgress: stageFraction }),
    ...(message !== undefined && { message }),
  };
}

/** The arguments and `_meta` of a call. @throws CallError INVALID_PARAMS */
export function readCall(params: JsonObject): { name: string; args: JsonObject; meta: CallMeta } {
  const { name, arguments: args = {}, _meta: meta = {} } = params;
  if (typeof name !== 'string' || !isJsonObject(args) || !isJsonObject(meta)) {
    throw new CallError(
      'INVALID_PARAMS',
      'A call needs the "name" of a tool, and an object of "arguments" where it has any',
    );
  }
  return { name, args, meta };
}

function infoOf(name: string, tool: TestTool): ToolInfo {
  const { idempotent = false, readOnly = false, cacheTtlMs, run: _run, ...facts } = tool;
  return {
    name,
    title: name,
    description: name,
    category: 'test',
    inputSchema: { type: 'object' },
    outputSchema: {},
    execution: 'call',
    ...facts,
    annotations: {
      idempotentHint: idempotent,
      readOnlyHint: readOnly,
      timeoutMs: 60_000,
      ...(cacheTtlMs !== undefined && { cacheTtlMs }),
    },
  };
}
