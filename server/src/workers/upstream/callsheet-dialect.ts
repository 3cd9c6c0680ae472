import type { EndpointCall } from '@callsheet/discovery';
import {
  CallError,
  type ErrorName,
  isJsonObject,
  type Json,
  type JsonObject,
  SUBPROTOCOL,
  type WireError,
} from '@callsheet/protocol';
import type { Clock } from '../../clock.ts';
import { VERSION } from '../../version.ts';
import { errorOf, outputOf } from '../read-answer.ts';
import { readProgress } from '../read-progress.ts';
import type { Dialect, News, Offer } from './dialect.ts';
import { exchange } from './exchange.ts';
import { followJob } from './follow-job.ts';
import { stateWithMark } from './hops.ts';
import { type NameRules, offeredName } from './offered-names.ts';
import type { RpcConnection } from './rpc-connection.ts';

export interface CallsheetParts {
  readonly names: NameRules;
  /** Marks calls that went through this gateway process; see `stateWithMark`. */
  readonly mark: string;
  /** Whether a session of this id is one of this very gateway. */
  readonly serves: (sessionId: string) => boolean;
  readonly clock: Pick<Clock, 'now' | 'after'>;
}

interface OfferedTool {
  /** Its name there. */
  readonly name: string;
  readonly isJob: boolean;
}

const NOBODY: ReadonlySet<ErrorName> = new Set();
/** Pages of a list; each has a hundred rows, and more than a thousand tools are not taken. */
const MOST_PAGES = 20;
const MOST_TOOLS = 1_000;
/** Of all rows as JSON: each is compiled and kept. */
const MOST_CHARACTERS = 4_194_304;
const LONGEST_DEADLINE_MS = 86_400_000;
const SEMANTIC = /^\d{1,9}\.\d{1,9}\.\d{1,9}(?:-[0-9A-Za-z.-]{1,64})?$/;

/**
 * Another Callsheet gateway. Its calls are made by whom the stored credential stands for; its jobs run there as jobs, and are
 * found again under the same idempotency key when the connection was lost meanwhile. Links to files lead to that gateway.
 */
export class CallsheetDialect implements Dialect {
  readonly protocols: readonly string[] = [SUBPROTOCOL];
  readonly #parts: CallsheetParts;
  #tools: ReadonlyMap<string, OfferedTool> = new Map();
  /** Calls under way, by the id they were asked under, which is also the token of their progress. */
  readonly #running = new Map<string, EndpointCall>();
  #opened: Pick<Offer, 'version' | 'slots'> = { version: '0.0.0', slots: undefined };

  constructor(parts: CallsheetParts) {
    this.#parts = parts;
  }

  async open(rpc: RpcConnection): Promise<Offer> {
    const client = { name: 'callsheet-gateway', version: VERSION };
    const opened = await rpc.ask('session/open', { client, capabilities: {} }, refusedOpening);
    if (!isJsonObject(opened) || typeof opened.sessionId !== 'string') {
      throw new Error('it opens no session; is it a Callsheet gateway? Use dialect = "jsonrpc" for any other server');
    }
    if (this.#parts.serves(opened.sessionId)) {
      throw new Error('it is this very gateway; remove it from workers.upstreams');
    }
    const version = isJsonObject(opened.server) ? opened.server.version : undefined;
    const most = isJsonObject(opened.window) ? opened.window.maxInFlight : undefined;
    this.#opened = {
      version: typeof version === 'string' && SEMANTIC.test(version) ? version : '0.0.0',
      slots: typeof most === 'number' && Number.isSafeInteger(most) && most >= 1 ? most : undefined,
    };
    return this.list(rpc);
  }

  readonly list = async (rpc: RpcConnection): Promise<Offer> => {
    const tools = new Map<string, OfferedTool>();
    const rows: JsonObject[] = [];
    let cursor: string | undefined;
    let characters = 0;
    for (let page = 0; page < MOST_PAGES; page++) {
      const answer = await rpc.ask('tools/list', cursor === undefined ? {} : { cursor }, refusedOpening);
      if (!isJsonObject(answer) || !Array.isArray(answer.tools)) throw new Error('it does not list its tools');
      for (const row of answer.tools) {
        const name = isJsonObject(row) && typeof row.name === 'string' ? row.name : undefined;
        const offered = name === undefined ? undefined : offeredName(name, this.#parts.names);
        if (!isJsonObject(row) || name === undefined || offered === undefined || tools.has(offered)) continue;
        characters += JSON.stringify(row).length;
        if (rows.length === MOST_TOOLS || characters > MOST_CHARACTERS) break;
        tools.set(offered, { name, isJob: row.execution === 'job' });
        rows.push({ ...row, name: offered });
      }
      const { nextCursor } = answer;
      if (typeof nextCursor !== 'string' || nextCursor === cursor) break;
      cursor = nextCursor;
    }
    this.#tools = tools;
    return { ...this.#opened, tools: rows };
  };

  async call(rpc: RpcConnection, call: EndpointCall): Promise<Json> {
    const tool = this.#tools.get(call.tool);
    if (tool === undefined) throw new CallError('TOOL_NOT_FOUND', `Cannot find a tool named "${call.tool}"`);
    const { name } = tool;
    const { args } = call;
    const meta = this.#meta(call);
    const refusal = (error: WireError): CallError => refusedCall(error, call);
    if (tool.isJob) return followJob({ rpc, call, name, meta, refusal, clock: this.#parts.clock });
    let running = '';
    try {
      const result = await exchange(rpc, call, {
        method: 'tools/call',
        params: (id) => {
          running = id;
          this.#running.set(id, call);
          return { name, arguments: args, _meta: { ...meta, progressToken: id } };
        },
        refusal,
        abandoned: (id, { message }) =>
          rpc.notify('notifications/cancelled', { requestId: id, reason: message.slice(0, 200) }),
      });
      return outputOf(result, call);
    } finally {
      this.#running.delete(running);
    }
  }

  readonly probe = (rpc: RpcConnection): Promise<unknown> => rpc.ask('ping', {}, refusedOpening);

  heard(method: string, params: JsonObject): News | undefined {
    if (method === 'tools/list_changed') return 'tools changed';
    if (method === 'session/draining') return 'draining';
    if (method === 'notifications/progress') this.#progress(params);
    return undefined;
  }

  #progress(params: JsonObject): void {
    const { progressToken } = params;
    const call = typeof progressToken === 'string' ? this.#running.get(progressToken) : undefined;
    const report = call?.reason === undefined ? readProgress(params) : undefined;
    if (report !== undefined) call?.context.progress(report);
  }

  /** @throws CallError UPSTREAM_ERROR, not sent, for a call that goes in a ring. */
  #meta({ context }: EndpointCall): JsonObject {
    const { mark, clock } = this.#parts;
    const { deadline, dryRun, project, trace } = context;
    const left = Math.floor(deadline - clock.now());
    return {
      deadlineMs: Math.min(LONGEST_DEADLINE_MS, Math.max(1, left)),
      project,
      tracestate: stateWithMark(trace, mark),
      ...(trace.traceparent !== undefined && { traceparent: trace.traceparent }),
      ...(dryRun && { dryRun }),
    };
  }
}

function refusedCall(error: WireError, { tool, reason }: EndpointCall): CallError {
  return errorOf(error, { tool, asked: 'the other gateway', reason, refused: NOBODY });
}

/** Goes on behind «no connection»; the name is enough, and its words are its own. */
function refusedOpening(error: WireError): CallError {
  const { errorName } = CallError.fromWire(error);
  return new CallError('UPSTREAM_ERROR', `it answered ${errorName}`, { maybeExecuted: false });
}
