import { isJsonObject, type Json, type JsonObject, type Principal } from '@callsheet/protocol';

/** An authenticated conversation with a gateway, as `session/open` described it. */
export interface Session {
  readonly id: string;
  /** True when the server kept the state of an earlier connection. */
  readonly resumed: boolean;
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
}

/** Reads the answer to `session/open`; undefined when it is not one. */
export function readSession(answer: Json): Session | undefined {
  if (!isJsonObject(answer) || typeof answer.sessionId !== 'string') return undefined;
  const { principal, server, window, limits, capabilities } = answer;
  if (!isJsonObject(principal) || !isJsonObject(server) || !isJsonObject(window) || !isJsonObject(limits))
    return undefined;
  const { maxInFlight } = window;
  const { maxPayloadBytes, maxBatch } = limits;
  if (!isCount(maxInFlight) || !isCount(maxPayloadBytes) || !isCount(maxBatch)) return undefined;
  if (typeof principal.id !== 'string' || typeof principal.role !== 'string') return undefined;
  if (typeof server.name !== 'string' || typeof server.version !== 'string') return undefined;
  const scopes = Array.isArray(principal.scopes) ? principal.scopes.filter((scope) => typeof scope === 'string') : [];
  return {
    id: answer.sessionId,
    resumed: answer.resumed === true,
    principal: { id: principal.id, role: principal.role, scopes },
    serverName: server.name,
    serverVersion: server.version,
    capabilities: isJsonObject(capabilities) ? capabilities : {},
    maxInFlight,
    maxPayloadBytes,
    maxBatch,
  };
}

function isCount(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
}
