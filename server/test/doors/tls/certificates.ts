import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A certificate and its key, as PEM and as the files they are in. */
export interface Pair {
  readonly cert: string;
  readonly key: string;
  readonly certFile: string;
  readonly keyFile: string;
}

/** Why no certificates can be made here; undefined when they can. */
export function whyNoCertificates(): string | undefined {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'the openssl program is missing';
  }
}

/** A certificate authority for one test, in a folder of its own. Days of validity count from now. */
export class Authority {
  readonly #folder: string;
  readonly root: Pair;

  constructor(folder: string, name = 'Test Authority') {
    this.#folder = folder;
    this.root = this.#pair(`authority-${name.replaceAll(' ', '-')}`);
    const { keyFile, certFile } = this.root;
    openssl('req', '-x509', '-new', '-key', keyFile, '-out', certFile, '-subj', `/CN=${name}`, '-days', '365');
    this.root = { ...this.root, cert: readFileSync(certFile, 'utf8') };
  }

  /** @param names such as `DNS:localhost`, `IP:127.0.0.1`, `URI:spiffe://a/b`; none makes a certificate without SAN */
  issue(name: string, names: readonly string[], days = 365): Pair {
    const pair = this.#pair(name);
    const [request, extensions] = [join(this.#folder, `${name}.csr`), join(this.#folder, `${name}.ext`)];
    writeFileSync(extensions, names.length > 0 ? `subjectAltName=${names.join(',')}\n` : 'basicConstraints=CA:FALSE\n');
    openssl('req', '-new', '-key', pair.keyFile, '-out', request, '-subj', `/CN=${name}`);
    const { certFile, keyFile } = this.root;
    const by = ['-CA', certFile, '-CAkey', keyFile, '-CAcreateserial', '-days', String(days)];
    openssl('x509', '-req', '-in', request, ...by, '-extfile', extensions, '-out', pair.certFile);
    for (const file of [request, extensions]) rmSync(file);
    return { ...pair, cert: readFileSync(pair.certFile, 'utf8') };
  }

  #pair(name: string): Pair {
    const [certFile, keyFile] = [join(this.#folder, `${name}.crt`), join(this.#folder, `${name}.key`)];
    openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', keyFile);
    return { cert: '', key: readFileSync(keyFile, 'utf8'), certFile, keyFile };
  }
}

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
