import type { Json, JsonObject, Principal, SessionOpenResult } from '@callsheet/protocol';
import { count, text } from './option-rules.ts';

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

const notCounted = /* @__PURE__ */ count(1);

/**
 * Reads the answer to `session/open`; undefined when it is not one. Of its members only those are looked at that could do harm:
 * with a wrong window, for example, calls would wait for ever.
 */
export function readSession(answer: Json): Session | undefined {
  try {
    const { sessionId: id, resumed, received, expiresAt, server, ...given } = answer as unknown as SessionOpenResult;
    const { principal, limits, capabilities, gateways } = given;
    const { maxInFlight } = given.window;
    const { maxPayloadBytes, maxBatch, maxDepth, maxArrayItems } = limits;
    const { name: serverName, version: serverVersion } = server;
    if ([id, principal.id, principal.role, serverName, serverVersion].some(text)) return undefined;
    if ([maxInFlight, maxPayloadBytes, maxBatch].some(notCounted)) return undefined;
    return {
      id,
      resumed: resumed === true,
      received: (resumed && Number(received)) || 0,
      expiresAt: text(expiresAt) === undefined ? expiresAt : undefined,
      principal: { id: principal.id, role: principal.role, scopes: textsOf(principal.scopes) },
      serverName,
      serverVersion,
      capabilities: { ...capabilities },
      maxInFlight,
      maxPayloadBytes,
      maxBatch,
      maxDepth: maxDepth ?? Infinity,
      maxArrayItems: maxArrayItems ?? Infinity,
      gateways: textsOf(gateways),
    };
  } catch {
    return undefined;
  }
}

function textsOf(list: readonly string[]): string[] {
  return Array.isArray(list) ? list.filter((item) => typeof item === 'string') : [];
}
