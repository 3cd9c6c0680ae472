import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { FastifyRequest } from 'fastify';
import type { Authenticator } from '../auth/authenticate.ts';
import type { ConnectionFacts } from '../auth/connection-facts.ts';
import { isHmacHeader } from '../auth/hmac/authorization-header.ts';
import { signedBodyHash } from '../auth/hmac/raw-body.ts';
import { requestParts } from '../auth/hmac/request-parts.ts';
import type { Identity } from '../auth/identity.ts';
import { addressKey, readAddress } from '../limits/address-key.ts';
import { clientAddress } from '../limits/client-address.ts';
import type { MemoryWatch } from '../limits/memory.ts';
import type { TrustedProxies } from '../limits/trusted-proxies.ts';
import type { Perimeter } from './perimeter/perimeter.ts';
import type { CertificateIdentities } from './tls/certificate-identities.ts';

export interface ArrivalsParts {
  readonly perimeter: Perimeter;
  readonly trusted: TrustedProxies;
  readonly certificates: CertificateIdentities;
  readonly memory: Pick<MemoryWatch, 'admit'>;
  readonly authenticator: Authenticator;
}

/** Who comes in, by whichever door: from where, through which proxies, and who they say they are. */
export class Arrivals {
  readonly #parts: ArrivalsParts;

  constructor(parts: ArrivalsParts) {
    this.#parts = parts;
  }

  /** Lets a request for a WebSocket come in as a stranger. @throws CallError for one that would be refused whoever sends it */
  readonly arrive = (request: IncomingMessage): ConnectionFacts => {
    const { perimeter, memory } = this.#parts;
    perimeter.admit(request, request.socket instanceof TLSSocket);
    memory.admit();
    return this.factsOf(request);
  };

  /** What a request says by itself, before any credential is looked at. Never throws. */
  readonly factsOf = (request: IncomingMessage): ConnectionFacts => {
    const { trusted, certificates } = this.#parts;
    const { headers, socket } = request;
    const { origin } = headers;
    const { method, path, query, host } = requestParts(request);
    const certificate = certificates.of(socket);
    return {
      address: clientAddress({ remoteAddress: socket.remoteAddress, headers }, trusted),
      ...(origin !== undefined && { origin }),
      ...{ method, path, query, host },
      secure: socket instanceof TLSSocket,
      ...(certificate !== undefined && { certificate }),
    };
  };

  /** What connections of an address are counted under; undefined for a trusted proxy, behind which are many. */
  keyOf(address: string): string | undefined {
    const read = readAddress(address);
    return read !== undefined && this.#parts.trusted.trusts(read) ? undefined : addressKey(address);
  }

  /** Who sends an HTTP request; undefined when it shows nothing. @throws CallError for a wrong credential */
  readonly identify = (request: FastifyRequest): Identity | undefined | Promise<Identity> => {
    const signed = isHmacHeader(request.headers.authorization ?? '');
    const bodyHash = signed ? signedBodyHash(request) : undefined;
    return this.#parts.authenticator.fromHeaders(request.headers, this.factsOf(request.raw), bodyHash);
  };
}
