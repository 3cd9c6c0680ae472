import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import type { TlsTexts } from './read.ts';
import type { TlsSettings } from './settings.ts';

/** A pair that fits, ready to serve. */
export interface ValidTls {
  readonly context: SecureContextOptions;
  /** SHA-256 of the certificate, hex pairs with colons: the public name of what is served. */
  readonly fingerprint: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** Sentences for the log: nothing that keeps it from working today. */
  readonly warnings: readonly string[];
}

const DAY_MS = 86_400_000;
const SOON_DAYS = 14;
const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/**
 * Checks what a handshake would only find out with the first client.
 *
 * @param now milliseconds since the epoch
 * @throws Error that names the file and what is wrong with it
 */
export function validateTls(settings: TlsSettings, texts: TlsTexts, now: number): ValidTls {
  const certificate = readCertificates('certificate', settings.cert, texts.cert);
  const key = readKey(settings.key, texts.key);
  if (!certificate.checkPrivateKey(key)) {
    throw new Error(
      `Cannot use the TLS key "${settings.key}": it does not belong to the certificate "${settings.cert}"; the server's own certificate must come first in the file`,
    );
  }
  const expiresAt = Date.parse(certificate.validTo);
  if (expiresAt <= now) {
    throw new Error(
      `Cannot use the TLS certificate "${settings.cert}": it expired at "${new Date(expiresAt).toISOString()}"; renew it`,
    );
  }
  if (texts.ca !== undefined) readCertificates('authorities', settings.ca ?? '', texts.ca);
  const context: SecureContextOptions = {
    cert: texts.cert,
    key: texts.key,
    ...(texts.ca !== undefined && { ca: texts.ca }),
    minVersion: settings.minVersion ?? 'TLSv1.2',
  };
  try {
    createSecureContext(context);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`Cannot serve TLS with "${settings.cert}" and "${settings.key}": ${why}`, { cause: error });
  }
  const warnings = [...doubtsAbout(certificate, settings.cert, now), ...doubtsAboutMode(settings.key, texts.keyMode)];
  return { context, fingerprint: certificate.fingerprint256, expiresAt, warnings };
}

/** Reads every certificate of a file, and returns the first. */
function readCertificates(what: string, path: string, text: string): X509Certificate {
  let certificates: X509Certificate[];
  try {
    certificates = (text.match(PEM_CERTIFICATE) ?? []).map((block) => new X509Certificate(block));
  } catch (error) {
    throw new Error(`Cannot use the TLS ${what} "${path}": a certificate in it is damaged`, { cause: error });
  }
  const [first] = certificates;
  if (first === undefined) throw new Error(`Cannot use the TLS ${what} "${path}": it holds no PEM certificate`);
  return first;
}

function readKey(path: string, text: string): KeyObject {
  try {
    return createPrivateKey(text);
  } catch (error) {
    // The cause is left out: it may quote what was in the file.
    const encrypted = /ENCRYPTED/.test(text) || (error as NodeJS.ErrnoException).code === 'ERR_MISSING_PASSPHRASE';
    const why = encrypted
      ? 'it is encrypted; store it decrypted, in a file only this user may read'
      : 'it holds no PEM private key';
    throw new Error(`Cannot use the TLS key "${path}": ${why}`);
  }
}

function doubtsAbout(certificate: X509Certificate, path: string, now: number): string[] {
  const doubts: string[] = [];
  const from = Date.parse(certificate.validFrom);
  const days = Math.floor((Date.parse(certificate.validTo) - now) / DAY_MS);
  if (from > now) {
    doubts.push(
      `the TLS certificate "${path}" is good only from "${new Date(from).toISOString()}" on; is the clock right?`,
    );
  }
  if (days < SOON_DAYS) doubts.push(`the TLS certificate "${path}" expires in ${days} days; renew it`);
  if (certificate.subjectAltName === undefined) {
    doubts.push(`the TLS certificate "${path}" names no host (subjectAltName); clients will not accept it`);
  }
  return doubts;
}

function doubtsAboutMode(path: string, mode: number): string[] {
  // A group may read it: that is how services and mounted secrets share a key.
  if ((mode & 0o027) === 0) return [];
  return [`the TLS key "${path}" is open to others (mode ${mode.toString(8)}); chmod 600 it`];
}
