import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Server as TlsServer } from 'node:tls';
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import type { Logger } from 'pino';
import { assetRoutes } from '../assets/serve.ts';
import { UploadDesk } from '../assets/upload-desk.ts';
import { uploadRoute } from '../assets/upload-route.ts';
import type { Recorder } from '../audit/recorder.ts';
import type { Identity } from '../auth/identity.ts';
import { loginRoutes } from '../auth/login/login-routes.ts';
import type { Identities } from '../auth/open-identities.ts';
import { ticketRoute } from '../auth/ticket-route.ts';
import { isLoopback } from '../config/loopback.ts';
import type { Config } from '../config/settings.ts';
import type { Health } from '../health.ts';
import type { CallLimiter } from '../limits/call-limiter.ts';
import { ConnectionCaps } from '../limits/connection-caps.ts';
import { MemoryWatch } from '../limits/memory.ts';
import { memoryReader } from '../limits/read-memory.ts';
import { TrustedProxies } from '../limits/trusted-proxies.ts';
import type { Policy } from '../policy/policy.ts';
import type { House } from '../session/house.ts';
import type { Storage } from '../storage.ts';
import type { DialDoors, RouteParts } from '../workers/open-workers.ts';
import { Arrivals } from './arrivals.ts';
import { httpDoor } from './http.ts';
import { bearerChallenge } from './perimeter/challenge.ts';
import { ProtectedResource } from './perimeter/oauth-metadata.ts';
import type { Perimeter } from './perimeter/perimeter.ts';
import { refuseUpgrade } from './refuse-upgrade.ts';
import { CertificateIdentities } from './tls/certificate-identities.ts';
import { TlsFiles } from './tls/files.ts';
import { limitHandshakes } from './tls/handshake-limit.ts';
import { WebSocketDoor } from './websocket.ts';

export interface DoorsParts {
  readonly house: House;
  readonly storage: Storage;
  readonly identities: Identities;
  readonly recorder: Recorder | undefined;
  readonly policy: Policy;
  readonly limiter: CallLimiter;
  readonly perimeter: Perimeter;
  /** Where the world reaches the gateway; known only after listening. */
  readonly baseUrl: () => string;
  readonly health: () => Health;
  readonly log: Logger;
  /** What else is served over HTTP. */
  readonly routes: (parts: RouteParts) => readonly FastifyPluginAsync[];
}

/** Every way into the gateway, on one port. */
export interface Doors extends DialDoors {
  readonly connections: number;
  readonly inFlight: number;
  /** What peers have not read, in bytes. */
  readonly unread: WebSocketDoor['unread'];
  /** Answers where this machine reaches the gateway. */
  listen(): Promise<string>;
  /** Ends the sessions of those who may not stay. */
  dismiss(mayStay: (identity: Identity) => boolean): void;
  notifyAll(method: string, params: object): void;
  settled(deadlineMs: number): Promise<void>;
  closeAll(code: number, reason: string, spreadMs: number): Promise<void>;
}

/** Puts the doors together; nobody comes in before `listen`. @throws Error for TLS files that cannot be used */
export async function openDoors(config: Config, parts: DoorsParts): Promise<Doors> {
  const { server, limits, auth, assets } = config;
  const { house, storage, identities, policy, limiter, perimeter, baseUrl, health, log, recorder, routes } = parts;
  const { clock, nextRequestId } = house;
  const memory = new MemoryWatch({
    ...{ clock, read: memoryReader(clock) },
    sheddingAt: limits.shedMemoryPercent / 100,
    criticalAt: limits.dropMemoryPercent / 100,
    onChange: (state, share) => log.warn({ state, share: Math.round(share * 100) / 100 }, 'the memory'),
    onCritical: () => log.warn({ connections: sockets.shed() }, 'short of memory: ended those that hold most'),
  });
  const trusted = new TrustedProxies(server.trustedProxies);
  const certificates = new CertificateIdentities(auth.certificates, clock);
  const { authenticator, tickets, login } = identities;
  const arrivals = new Arrivals({ perimeter, trusted, certificates, memory, authenticator });
  const resource = new ProtectedResource({ baseUrl, authorizationServers: auth.authorizationServers });
  // Where no authorization server is named there is nothing to look up.
  const { metadataUrl } = resource;
  const challenge = bearerChallenge(auth.authorizationServers.length > 0 ? { metadataUrl, scope: 'tools:call' } : {});
  const tls = await openTls(config, { clock, log });

  const sockets = new WebSocketDoor({
    house,
    arrive: arrivals.arrive,
    identify: (headers, connection) => authenticator.fromHeaders(headers, connection),
    refuse: (socket, error, request) => {
      // Wrong credentials are told by who looked at them.
      const { address } = arrivals.factsOf(request);
      if (error.errorName !== 'UNAUTHENTICATED') recorder?.connectionRefused(address, error);
      refuseUpgrade(socket, error, { challenge, request });
    },
    caps: new ConnectionCaps({
      maxConnections: server.maxConnections,
      maxPerPrincipal: limits.maxConnectionsPerPrincipal,
      maxWaitingPerAddress: limits.maxOpeningPerAddress,
      openingTimeoutMs: limits.openingTimeoutMs,
    }),
    slowReader: limits,
    openingTimeoutMs: limits.openingTimeoutMs,
    heartbeatMs: limits.heartbeatMs,
    heartbeatTimeoutMs: limits.heartbeatTimeoutMs,
    newSessionId: () => `ses_${randomBytes(16).toString('base64url')}`,
  });
  const { handshakeTimeoutMs } = limits;
  const http = httpDoor({
    ...{ log, health, nextRequestId, perimeter, challenge, tls, handshakeTimeoutMs },
    giveUpMs: limits.giveUpMs,
    // Room above the bound of WebSockets: beyond this TCP itself hangs up, and nobody is told why.
    maxConnections: server.maxConnections + 1_000,
  });
  await http.register(resource.routes());
  await http.register(ticketRoute({ tickets, identify: arrivals.identify }));
  await http.register(loginRoutes({ service: login, address: ({ raw }) => arrivals.factsOf(raw).address }));
  await http.register(
    assetRoutes({
      store: storage.assets,
      links: storage.links,
      challenge,
      authenticate: async (request) => {
        const principal = (await arrivals.identify(request))?.principal;
        if (principal !== undefined) policy.demand(principal, 'assets/read');
        return principal;
      },
    }),
  );
  await http.register(
    uploadRoute({
      ...{ clock, maxBytes: Math.min(assets.maxUploadBytes, assets.maxBytes) },
      ...{ identify: arrivals.identify, factsOf: arrivals.factsOf },
      desk: new UploadDesk({
        ...{ store: storage.assets, secret: storage.keys.linkKey, policy, limiter, clock, recorder },
        ...{ maxUploads: assets.maxUploads, mebibytesPerDay: assets.uploadMibPerDay },
      }),
    }),
  );
  for (const route of routes({ identify: arrivals.identify, factsOf: arrivals.factsOf })) await http.register(route);
  sockets.attach(http.server as Server);
  const endHandshakes =
    tls && limitHandshakes(http.server as unknown as TlsServer, { keyOf: (address) => arrivals.keyOf(address) });
  const follower = tls?.follow(http.server as unknown as TlsServer, {
    ...{ log, clock },
    onReload: (reload) => recorder?.did('tls', 'reload', { details: reload }),
  });

  return {
    get connections() {
      return sockets.connections;
    },
    get inFlight() {
      return sockets.inFlight;
    },
    get unread() {
      return sockets.unread;
    },
    listen: async () => {
      const url = await listen(http, config);
      if (tls === undefined && !isLoopback(server.host)) {
        log.warn(
          'serves beyond this machine without TLS; set server.tls_cert and tls_key, or put a proxy with TLS in front',
        );
      }
      memory.start();
      return url;
    },
    dismiss: (mayStay) => sockets.dismiss(mayStay),
    notifyAll: (method, params) => sockets.notifyAll(method, params),
    adopt: (...connection) => sockets.adopt(...connection),
    serves: (sessionId) => sockets.serves(sessionId),
    settled: (deadlineMs) => sockets.settled(deadlineMs),
    closeAll: async (code, reason, spreadMs) => {
      memory.stop();
      follower?.stop();
      endHandshakes?.();
      await sockets.closeAll(code, reason, spreadMs);
      await http.close();
    },
  };
}

function openTls({ server }: Config, parts: Parameters<typeof TlsFiles.open>[1]): Promise<TlsFiles> | undefined {
  const { tlsCert: cert, tlsKey: key, tlsCa: ca, tlsClientCertificates: clientCertificates } = server;
  if (cert === undefined || key === undefined) return undefined;
  return TlsFiles.open({ cert, key, ca, clientCertificates }, parts);
}

async function listen(http: FastifyInstance, { server }: Config): Promise<string> {
  // For the name, Node would open a second server for the other family, which knows nothing of certificates and limits.
  const host = server.host === 'localhost' ? '127.0.0.1' : server.host;
  await http.listen({ host, port: server.port });
  const { address, port, family } = http.server.address() as AddressInfo;
  const scheme = server.tlsCert === undefined ? 'http' : 'https';
  return `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
