import { isIP } from 'node:net';
import { CallError } from '@callsheet/protocol';
import { isLoopback } from '../../config/loopback.ts';
import { readAuthority } from './authority.ts';
import { quote } from './quote.ts';

export interface HostSettings {
  /** The address or name the gateway listens on. */
  readonly boundTo: string;
  /** Further names under which the gateway may be addressed, without ports. */
  readonly allowed: readonly string[];
  readonly publicUrl?: string | undefined;
}

/**
 * Decides which names a request may address the gateway by. A page whose own name was made to point at this machine
 * (DNS rebinding) is same-origin to the browser; only its foreign `Host` gives it away.
 *
 * Listening on loopback, the names of this machine, the allowed hosts and the host of the public URL are good. Elsewhere
 * names are compared only when there are allowed hosts: nobody else knows by which names the machine is reached.
 */
export class HostRule {
  readonly #local: boolean;
  readonly #closed: boolean;
  readonly #names: ReadonlySet<string>;

  /** @throws Error for an allowed host or public URL that is none */
  constructor({ boundTo, allowed, publicUrl }: HostSettings) {
    if (nameOf(boundTo) === undefined) throw new Error(`Cannot listen on ${quote(boundTo)}: it names no host`);
    this.#local = isLoopback(boundTo);
    this.#closed = this.#local || allowed.length > 0;
    const names = allowed.map((host) => {
      const name = nameOf(host);
      if (name !== undefined) return name;
      throw new Error(
        `Cannot allow the host ${quote(host)}: expected a name or an address without scheme and port, such as "gateway.example.com"`,
      );
    });
    names.push(nameOf(boundTo) ?? '');
    if (publicUrl !== undefined) names.push(hostOf(publicUrl));
    this.#names = new Set(names);
  }

  /**
   * @param host the `Host` header; undefined when it is missing, a list when it came more than once
   * @throws CallError FORBIDDEN
   */
  check(host: string | readonly string[] | undefined): void {
    if (host === undefined) {
      // Programs of the HTTP/1.0 kind, such as health probes, send none; where no name is compared that is no harm.
      if (!this.#closed) return;
      throw new CallError('FORBIDDEN', 'Cannot tell whom the request is for: it has no Host header; send one');
    }
    if (typeof host !== 'string') {
      throw new CallError('FORBIDDEN', 'Cannot tell whom the request is for: it has several Host headers; send one');
    }
    const authority = readAuthority(host);
    if (authority === undefined) {
      throw new CallError('FORBIDDEN', `Cannot tell whom the request is for: ${quote(host)} is no host and port`);
    }
    if (this.#closed && !this.#knows(authority.name)) {
      const here = this.#local ? 'it listens for this machine only' : 'it answers to the names it was given';
      throw new CallError(
        'FORBIDDEN',
        `Cannot serve the host ${quote(host)}: ${here}; to admit the name, add it to server.allowed_hosts`,
      );
    }
  }

  /**
   * True when a page of this host can only be a page of this gateway. A name nobody told us of may have been pointed at
   * this machine by anyone; an address can not.
   */
  vouchesFor(host: string): boolean {
    const name = readAuthority(host)?.name;
    if (name === undefined) return false;
    return this.#knows(name) || (!this.#closed && isIP(bare(name)) !== 0);
  }

  #knows(name: string): boolean {
    // RFC 6761 §6.3: names under "localhost" are this machine.
    return this.#names.has(name) || isLoopback(name) || name.endsWith('.localhost');
  }
}

/** A host as `Host` headers write it: lower case, IPv6 in brackets; undefined for what is none or has a port. */
function nameOf(host: string): string | undefined {
  const authority = readAuthority(isIP(host) === 6 ? `[${host}]` : host);
  return authority?.port === undefined ? authority?.name : undefined;
}

function hostOf(publicUrl: string): string {
  const name = URL.canParse(publicUrl) ? nameOf(new URL(publicUrl).hostname) : undefined;
  if (name !== undefined) return name;
  throw new Error(`Cannot use ${quote(publicUrl)} as the public URL: it names no host`);
}

function bare(name: string): string {
  return name.startsWith('[') ? name.slice(1, -1) : name;
}
