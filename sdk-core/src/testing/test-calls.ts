import { CallError, type Id, isJsonObject, type Json, type JsonObject, type ProgressReport } from '@callsheet/protocol';
import type { ScriptedGateway } from './scripted-gateway.ts';
import type { TestJobs } from './test-jobs.ts';
import { type TestKeys, unlessAborted } from './test-keys.ts';
import type { TestLine } from './test-line.ts';
import { readCall, type ToolDesk, toldOf } from './test-tools.ts';

/** Serves `tools/list`, `tools/call` and `notifications/cancelled`. */
export function serveCalls(gateway: ScriptedGateway, tools: ToolDesk, jobs: TestJobs, keys: TestKeys): void {
  // By session, because two clients may use the same ids.
  const running = new WeakMap<object, Map<Json, AbortController>>();

  const run = (params: JsonObject, id: Id, line: TestLine): Json | Promise<Json> => {
    const { name, args, meta } = readCall(params);
    const { session } = line;
    const most = windowOf(gateway.facts) ?? DEFAULT_WINDOW;
    if (session.asked.size > most) {
      throw new CallError('TOO_MANY_IN_FLIGHT', `More than ${most} calls at once`, { retryAfterMs: 0 });
    }
    if (tools.find(name).execution === 'job' && args.wait_for_completion !== true) {
      const { jobId, status, progress } = jobs.submit(params);
      return { structuredContent: { task_id: jobId, job_id: jobId, status, progress } };
    }
    const abort = new AbortController();
    const calls = running.get(session) ?? new Map<Json, AbortController>();
    running.set(session, calls.set(id, abort));
    const leave = session.onEnd(() => abort.abort(new CallError('CANCELLED', 'the session ended')));
    const over = (): void => {
      leave();
      calls.delete(id);
    };
    const { progressToken } = meta;
    const progress = (report: ProgressReport): void => {
      if (progressToken === undefined || abort.signal.aborted) return;
      const told = { progressToken, progress: report.fraction, total: 1, ...toldOf(report) };
      session.notify('notifications/progress', told);
    };
    const execute = (signal: AbortSignal, tell: typeof progress): Json | Promise<Json> =>
      tools.run(name, args, { signal, meta, jobId: undefined, attempt: 1, progress: tell });
    const answer = (value: Json, replayed = false): Json => {
      over();
      return replayed ? { structuredContent: value, _meta: { replayed } } : { structuredContent: value };
    };
    const refuse = (error: unknown): never => {
      over();
      throw error;
    };
    const { signal } = abort;
    try {
      if (meta.idempotencyKey === undefined) {
        const value = execute(signal, progress);
        return value instanceof Promise
          ? unlessAborted(value, signal).then((done) => answer(done), refuse)
          : answer(value);
      }
      const isLost = (): boolean => session.over && !gateway.lines.some((lost) => saidGoodbye(lost, session));
      const request = { tool: name, key: meta.idempotencyKey, args, meta, signal, isLost, progress };
      const { outcome, replayed } = keys.answer(request, tools.find(name).idempotent === true, execute);
      return unlessAborted(outcome, signal).then(
        (known) => ('error' in known ? refuse(known.error) : answer(known.value, replayed)),
        refuse,
      );
    } catch (error) {
      return refuse(error);
    }
  };

  Object.assign(gateway.handlers, {
    'tools/list': () => ({ tools: tools.list() as unknown as Json[] }),
    'tools/call': (params, { id = null }, line) => run(params, id, line),
    'notifications/cancelled': ({ requestId, reason }, _request, { session }) => {
      const why = typeof reason === 'string' ? reason : 'no reason given';
      running
        .get(session)
        ?.get(requestId ?? null)
        ?.abort(new CallError('CANCELLED', why));
      return undefined;
    },
  } satisfies ScriptedGateway['handlers']);
}

const DEFAULT_WINDOW = 64;

function windowOf({ window }: JsonObject): number | undefined {
  return isJsonObject(window) && typeof window.maxInFlight === 'number' ? window.maxInFlight : undefined;
}

/** Whether the client closed the session's socket as one does that will not come back. */
function saidGoodbye({ session, closedByClient }: TestLine, of: TestLine['session']): boolean {
  return session === of && closedByClient?.code === 1000;
}
