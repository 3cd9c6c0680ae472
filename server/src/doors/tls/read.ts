import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { TlsSettings } from './settings.ts';

/** The files as they stand on disk. */
export interface TlsTexts {
  readonly cert: string;
  readonly key: string;
  readonly ca: string | undefined;
  /** Permission bits of the key's file. */
  readonly keyMode: number;
}

/** @throws Error that names the file that cannot be read */
export async function readTls({ cert, key, ca, clientCertificates }: TlsSettings): Promise<TlsTexts> {
  const [certText, keyText, caText, keyFacts] = await Promise.all([
    read('certificate', cert),
    read('key', key),
    ca === undefined || clientCertificates === 'off' ? undefined : read('authorities', ca),
    stat(key).catch(() => undefined),
  ]);
  return { cert: certText, key: keyText, ca: caText, keyMode: (keyFacts?.mode ?? 0) & 0o777 };
}

/** Equal for equal files. Keyed by nothing: it stays in memory and only tells whether there is something new. */
export function digestOf({ cert, key, ca }: TlsTexts): string {
  return createHash('sha256')
    .update(JSON.stringify([cert, key, ca]))
    .digest('hex');
}

async function read(what: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    const why = { ENOENT: 'there is no such file', EACCES: 'this user may not read it' }[code] ?? code;
    throw new Error(`Cannot read the TLS ${what} "${path}": ${why}`, { cause: error });
  }
}
