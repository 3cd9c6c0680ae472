import {
  type Capabilities,
  CLOSE_CODES,
  type SessionOpenParams,
  type SessionOpenResult,
  type WireLimits,
} from '@callsheet/protocol';
import type { Authenticator } from '../auth/authenticate.ts';
import type { Method } from './method.ts';

/** What the opening tells every client about this gateway. */
export interface Welcome {
  readonly authenticator: Authenticator;
  readonly limits: WireLimits;
  readonly maxInFlight: number;
  readonly heartbeatMs: number;
  readonly server: { readonly name: string; readonly version: string };
  /** Addresses of all gateways of this house, this one first; known only after listening. */
  readonly gateways: () => readonly string[];
}

/** `ping`, `session/open`, `session/close`. */
export function sessionMethods(welcome: Welcome): Record<'ping' | 'session/open' | 'session/close', Method> {
  return {
    ping: () => ({}),
    'session/open': (given, { session }) => {
      const params = given as SessionOpenParams;
      const presented = params.auth && welcome.authenticator.fromCredential(params.auth);
      session.open(presented, agreed(params.capabilities));
      return opened(welcome, session.id, session.principal, session.capabilities);
    },
    'session/close': (_params, { session }) => {
      session.close(CLOSE_CODES.NORMAL.code, 'closed by the client');
      return {};
    },
  };
}

/** Only what this version knows is agreed to; what was not asked for stays off. */
function agreed(wished: Capabilities | undefined): Capabilities {
  return {
    ...(wished?.coalesce === true && { coalesce: true }),
    ...(wished?.events === true && { events: true }),
  };
}

function opened(
  { limits, maxInFlight, heartbeatMs, server, gateways }: Welcome,
  sessionId: string,
  principal: SessionOpenResult['principal'],
  capabilities: Capabilities,
): SessionOpenResult {
  const { maxPayloadBytes, maxBatch, maxDepth, maxArrayItems } = limits;
  return {
    sessionId,
    resumed: false,
    principal,
    window: { maxInFlight },
    limits: { maxPayloadBytes, maxBatch, maxDepth, maxArrayItems },
    heartbeatMs,
    server,
    gateways: gateways(),
    capabilities,
  };
}
