import { isJsonObject, METHODS, type RequestObservation } from '@callsheet/protocol';
import { ATTRIBUTE, EXECUTE_TOOL, OTHER } from '../conventions.ts';
import type { SpanEnd } from '../open-span.ts';
import type { SpanAttributes } from '../span.ts';
import type { WallClock } from '../wall-clock.ts';

/** Methods that ask for a tool by `name`. */
const OF_TOOLS: ReadonlySet<string> = new Set(['tools/call', 'jobs/submit']);
const TOOL_NAME = /^[a-z][a-z0-9_]{0,63}$/;

/** The tool a request asked for; undefined when it asked for none, or for one there is not. */
export function toolOf({ method, params, error }: RequestObservation): string | undefined {
  if (!OF_TOOLS.has(method) || error?.errorName === 'TOOL_NOT_FOUND' || !isJsonObject(params)) return undefined;
  const { name } = params;
  return typeof name === 'string' && TOOL_NAME.test(name) ? name : undefined;
}

/** Its method, if there is such a one. */
export function methodOf({ method }: Pick<RequestObservation, 'method'>): string {
  return Object.hasOwn(METHODS, method) ? method : OTHER;
}

/** The gateway's own span of a request that was answered. */
export function describeRequest(request: RequestObservation, clock: WallClock): SpanEnd {
  const { error, transport, startedAt, marks } = request;
  const method = methodOf(request);
  const tool = toolOf(request);
  const attributes: SpanAttributes = {
    [ATTRIBUTE.method]: method,
    [ATTRIBUTE.session]: request.sessionId,
    [ATTRIBUTE.requestId]: request.requestId,
    [ATTRIBUTE.transport]: transport,
  };
  const protocolName = PROTOCOLS[transport];
  if (protocolName !== undefined) {
    attributes[ATTRIBUTE.protocolName] = protocolName;
    attributes[ATTRIBUTE.networkTransport] = 'tcp';
  }
  if (tool !== undefined) {
    attributes[ATTRIBUTE.tool] = tool;
    attributes[ATTRIBUTE.operation] = EXECUTE_TOOL;
  }
  if (request.workMs > 0) attributes[ATTRIBUTE.workMs] = request.workMs;
  if (error !== undefined) {
    attributes[ATTRIBUTE.errorType] = error.errorName;
    attributes[ATTRIBUTE.statusCode] = String(error.code);
  }
  if (marks !== undefined) {
    for (const [name, moment] of [
      [ATTRIBUTE.parsedMs, marks.parsed],
      [ATTRIBUTE.checkedMs, marks.checked],
      [ATTRIBUTE.sentMs, marks.sent],
      [ATTRIBUTE.answeredMs, marks.answered],
    ] as const) {
      if (moment > 0) attributes[name] = moment - startedAt;
    }
  }
  return {
    name: tool === undefined ? method : `${method} ${tool}`,
    kind: 'server',
    startMs: clock.wall(startedAt),
    endMs: clock.wall(request.endedAt),
    attributes,
    failed: error !== undefined,
  };
}

/** `network.protocol.name` by door; a call from inside has none. */
const PROTOCOLS: Readonly<Partial<Record<RequestObservation['transport'], string>>> = {
  websocket: 'websocket',
  http: 'http',
  mcp: 'http',
  sse: 'http',
};
