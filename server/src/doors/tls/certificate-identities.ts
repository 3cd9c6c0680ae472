import type { Duplex } from 'node:stream';
import type { Principal } from '@callsheet/protocol';
import type { Identity } from '../../auth/identity.ts';
import type { Clock } from '../../clock.ts';
import { peerCertificate } from './peer-certificate.ts';

/** Whom a certificate stands for. */
export interface CertificateEntry {
  /** One of its subject alternative names: `URI:spiffe://…` or `DNS:…`. */
  readonly san: string;
  readonly role: string;
  readonly scopes: readonly string[];
  /** False: the certificate no longer opens the gateway. */
  readonly active: boolean;
}

interface Known {
  readonly name: string;
  readonly principal: Principal;
}

/** Who may come in with a client certificate: names in certificates, and the principals they stand for. */
export class CertificateIdentities {
  readonly #known = new Map<string, Known>();
  readonly #clock: Pick<Clock, 'now'>;

  /** @throws Error for a name of another kind, and for one name given to two */
  constructor(entries: Readonly<Record<string, CertificateEntry>>, clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
    const taken = new Map<string, string>();
    for (const [name, { san, role, scopes, active }] of Object.entries(entries)) {
      if (!/^(?:URI|DNS):[\x21-\x7e]{1,255}$/.test(san)) {
        throw new Error(`Cannot know the certificate "${name}" by "${san}": expected "URI:spiffe://…" or "DNS:…"`);
      }
      const key = san.startsWith('DNS:') ? `DNS:${san.slice(4).toLowerCase()}` : san;
      const other = taken.get(key);
      if (other !== undefined) {
        throw new Error(`Cannot tell the certificates "${other}" and "${name}" apart: both are known by "${san}"`);
      }
      taken.set(key, name);
      const principal: Principal = Object.freeze({ id: `cert:${name}`, role, scopes: Object.freeze([...scopes]) });
      if (active) this.#known.set(key, { name, principal });
    }
  }

  /**
   * Who is at the other end of a connection. Undefined without a verified certificate, for a certificate nobody told us of,
   * and for one that stands for several: it must not be our choice which rights it gets.
   */
  of(socket: Duplex): Identity | undefined {
    const certificate = this.#known.size === 0 ? undefined : peerCertificate(socket);
    if (certificate === undefined || certificate.expiresAt <= this.#clock.now()) return undefined;
    const matches = new Set(certificate.names.flatMap((name) => this.#known.get(name) ?? []));
    const [match] = matches;
    if (match === undefined || matches.size > 1) return undefined;
    const { expiresAt } = certificate;
    return {
      principal: match.principal,
      means: 'certificate',
      credential: match.name,
      expiresAt,
      stillGood: () => expiresAt > this.#clock.now(),
    };
  }
}
