import { isJsonObject, type Json, type JsonObject, type Principal } from '@callsheet/protocol';

/** An authenticated conversation with a gateway, as `session/open` described it. */
export interface Session {
  readonly id: string;
  /** True when the server kept the state of an earlier connection. */
  readonly resumed: boolean;
  /** Of our messages before, how many the server had received; 0 when it is a new session. */
  readonly received: number;
  /** When its credential ends, ISO 8601. */
  readonly expiresAt: string | undefined;
  /** Who the server takes us for. */
  readonly principal: Principal;
  readonly serverName: string;
  readonly serverVersion: string;
  readonly capabilities: JsonObject;
  /** Calls the server takes at once on this connection; further ones wait here. */
  readonly maxInFlight: number;
  /** Bytes of one message. */
  readonly maxPayloadBytes: number;
  /** Messages in one array frame. */
  readonly maxBatch: number;
  /** Nesting of one message. */
  readonly maxDepth: number;
  /** Values separated by commas anywhere in one message. */
  readonly maxArrayItems: number;
  /** Addresses of all gateways of the house, this one first. */
  readonly gateways: readonly string[];
}

/** Which session is to be come back to, from what message of the server on (PROTOCOL.md, «Coming back»). */
export interface ResumeWish {
  readonly url: string;
  readonly sessionId: string;
  readonly resumeToken: string;
  readonly lastSeq: number;
}

/** Reads the answer to `session/open`; undefined when it is not one. */
export function readSession(answer: Json): Session | undefined {
  if (!isJsonObject(answer) || typeof answer.sessionId !== 'string') return undefined;
  const { principal, server, window, limits, capabilities, gateways, received, expiresAt } = answer;
  if (!isJsonObject(principal) || !isJsonObject(server) || !isJsonObject(window) || !isJsonObject(limits))
    return undefined;
  const { maxInFlight } = window;
  const { maxPayloadBytes, maxBatch, maxDepth, maxArrayItems } = limits;
  if (!isCount(maxInFlight) || !isCount(maxPayloadBytes) || !isCount(maxBatch)) return undefined;
  if (typeof principal.id !== 'string' || typeof principal.role !== 'string') return undefined;
  if (typeof server.name !== 'string' || typeof server.version !== 'string') return undefined;
  return {
    id: answer.sessionId,
    resumed: answer.resumed === true,
    received: answer.resumed === true && typeof received === 'number' ? received : 0,
    expiresAt: typeof expiresAt === 'string' ? expiresAt : undefined,
    principal: { id: principal.id, role: principal.role, scopes: textsOf(principal.scopes) },
    serverName: server.name,
    serverVersion: server.version,
    capabilities: isJsonObject(capabilities) ? capabilities : {},
    maxInFlight,
    maxPayloadBytes,
    maxBatch,
    maxDepth: isCount(maxDepth) ? maxDepth : Infinity,
    maxArrayItems: isCount(maxArrayItems) ? maxArrayItems : Infinity,
    gateways: textsOf(gateways),
  };
}

function textsOf(list: Json | undefined): string[] {
  return Array.isArray(list) ? list.filter((item) => typeof item === 'string') : [];
}

function isCount(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
}
