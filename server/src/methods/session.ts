import {
  type Capabilities,
  CLOSE_CODES,
  type Credential,
  type SessionOpenParams,
  type SessionOpenResult,
  type SessionRefreshParams,
  type SessionRefreshResult,
  type WireLimits,
} from '@callsheet/protocol';
import type { ConnectionFacts } from '../auth/connection-facts.ts';
import type { Identity } from '../auth/identity.ts';
import type { ResumeWish, Resumption, Session } from '../session/session.ts';
import type { Method } from './method.ts';

/** Checks a credential that came inside a message. @throws CallError UNAUTHENTICATED, RATE_LIMITED */
export type CheckCredential = (credential: Credential, at: ConnectionFacts) => Identity | Promise<Identity>;

/** What the opening tells every client about this gateway. */
export interface Welcome {
  readonly authenticate: CheckCredential;
  readonly limits: WireLimits;
  readonly maxInFlight: number;
  readonly heartbeatMs: number;
  readonly server: { readonly name: string; readonly version: string };
  /** Addresses of all gateways of this house, this one first; known only after listening. */
  readonly gateways: () => readonly string[];
}

type SessionMethods = 'ping' | 'session/open' | 'session/refresh' | 'session/close';

/** `ping` and `session/*`. */
export function sessionMethods(welcome: Welcome): Record<SessionMethods, Method> {
  return {
    ping: () => ({}),
    'session/open': (given, { session }) => {
      const { auth, capabilities, resume } = given as SessionOpenParams;
      return withIdentity(auth && welcome.authenticate(auth, session.connection), (identity) =>
        open(welcome, session, identity, agreed(capabilities), resume),
      );
    },
    'session/refresh': (given, { session }) => {
      const { auth } = given as unknown as SessionRefreshParams;
      return withIdentity(welcome.authenticate(auth, session.connection), (identity): SessionRefreshResult => {
        if (identity !== undefined) session.refresh(identity);
        return { principal: session.principal, ...endOf(session) };
      });
    },
    'session/close': (_params, { session }) => {
      session.close(CLOSE_CODES.NORMAL.code, 'closed by the client');
      return {};
    },
  };
}

/** Most credentials are checked at once; those whose keys have to be fetched first are not. */
function withIdentity<T>(
  identity: Identity | undefined | Promise<Identity>,
  then: (identity: Identity | undefined) => T,
): T | Promise<T> {
  return identity instanceof Promise ? identity.then(then) : then(identity);
}

/** Only what this version knows is agreed to; what was not asked for stays off. */
function agreed(wished: Capabilities | undefined): Capabilities {
  return {
    ...(wished?.coalesce === true && { coalesce: true }),
    ...(wished?.events === true && { events: true }),
    ...(wished?.resume === true && { resume: true }),
  };
}

/** A session that cannot be gone on with is no error: the client gets a new one, and decides per call what to repeat. */
function open(
  welcome: Welcome,
  session: Session,
  identity: Identity | undefined,
  capabilities: Capabilities,
  wish: ResumeWish | undefined,
): SessionOpenResult {
  const resumed = wish && session.resume(wish, identity);
  if (resumed !== undefined) return { ...opened(welcome, resumed.session, resumed), received: resumed.received };
  return opened(welcome, session, session.open(identity, capabilities));
}

function opened(
  { limits, maxInFlight, heartbeatMs, server, gateways }: Welcome,
  session: Session,
  resumption: (Resumption & { readonly session?: Session }) | undefined,
): SessionOpenResult {
  const { maxPayloadBytes, maxBatch, maxDepth, maxArrayItems } = limits;
  return {
    sessionId: session.id,
    ...(resumption !== undefined && { resumeToken: resumption.resumeToken }),
    resumed: resumption?.session !== undefined,
    principal: session.principal,
    ...endOf(session),
    window: { maxInFlight },
    limits: { maxPayloadBytes, maxBatch, maxDepth, maxArrayItems },
    heartbeatMs,
    server,
    gateways: gateways(),
    capabilities: session.capabilities,
  };
}

function endOf({ identity }: Session): { expiresAt?: string; warning?: string } {
  const { expiresAt, warning } = identity ?? {};
  return {
    ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt).toISOString() }),
    ...(warning !== undefined && { warning }),
  };
}
