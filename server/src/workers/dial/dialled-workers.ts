import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { CLOSE_CODES, type Principal, SUBPROTOCOL, type ToolLog } from '@callsheet/protocol';
import type { WebSocket } from 'ws';
import type { ConnectionFacts } from '../../auth/connection-facts.ts';
import type { Identity } from '../../auth/identity.ts';
import type { Clock } from '../../clock.ts';
import type { Config } from '../../config/settings.ts';
import type { FrameLimits } from '../../doors/websocket.ts';
import { ConnectionKeeper, type KeptState } from './connection-keeper.ts';
import { type CredentialParts, credentialHeaders, readCredential } from './credential.ts';

export interface DialledWorkersParts extends CredentialParts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: ToolLog;
  readonly limits: FrameLimits;
  /** For the TCP and TLS handshake and the answer to the upgrade together. */
  readonly connectTimeoutMs: number;
  /**
   * Takes an open WebSocket in as if its peer had dialled: a conversation with this caller, heartbeat and slow-reader bounds,
   * goodbye at a drain. Attaches before it returns.
   */
  readonly welcome: (socket: WebSocket, stream: Duplex, connection: ConnectionFacts, identity: Identity) => void;
}

/** How one dialled worker is doing. */
export interface DialledWorker {
  readonly name: string;
  readonly url: string;
  readonly state: KeptState;
  readonly reason?: string;
}

/**
 * Workers that listen. Dialling is all that differs: who is at the other end then offers its tools as if it had dialled itself,
 * as the caller `dialled:<name>` with the role `worker`.
 */
export class DialledWorkers {
  readonly #keepers: readonly { readonly name: string; readonly url: string; readonly keeper: ConnectionKeeper }[];

  constructor(dial: Config['workers']['dial'], parts: DialledWorkersParts) {
    const { clock, random, log, limits, connectTimeoutMs, welcome } = parts;
    this.#keepers = Object.entries(dial).map(([name, { url, ...place }]) => {
      const identity = identityOf(name);
      const keeper = new ConnectionKeeper({
        ...{ url, clock, random, log, limits, connectTimeoutMs },
        who: `the worker "${name}"`,
        protocols: [SUBPROTOCOL],
        headers: async () => credentialHeaders(await readCredential(place, parts)),
        onOpen: (socket, stream) => welcome(socket, stream, connectionTo(url, stream), identity),
      });
      return { name, url, keeper };
    });
  }

  start(): void {
    for (const { keeper } of this.#keepers) keeper.start();
  }

  /** Dials nobody any more; what is open stays open and is closed with all other connections. */
  leave(): void {
    for (const { keeper } of this.#keepers) keeper.leave();
  }

  /** Ends everything now; for a gateway that never opened its doors. */
  close(): void {
    for (const { keeper } of this.#keepers) keeper.stop(CLOSE_CODES.GOING_AWAY.code, 'the gateway is gone');
  }

  dialled(): readonly DialledWorker[] {
    return this.#keepers.map(({ name, url, keeper: { state, reason } }) => ({
      ...{ name, url, state },
      ...(reason !== undefined && { reason }),
    }));
  }
}

/** Good for as long as the settings say so, and they are read once. */
function identityOf(name: string): Identity {
  const principal: Principal = Object.freeze({ id: `dialled:${name}`, role: 'worker', scopes: Object.freeze([]) });
  return { principal, means: 'dialled', credential: name, stillGood: () => true };
}

function connectionTo(url: string, stream: Duplex): ConnectionFacts {
  const { protocol, host, hostname, pathname } = new URL(url);
  // A peer may be gone before anybody asks for its address.
  const address = (stream instanceof Socket ? stream.remoteAddress : undefined) ?? hostname;
  return { address, method: 'GET', path: pathname, query: '', host, secure: protocol === 'wss:' };
}
