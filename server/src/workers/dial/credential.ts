import { FORMATS } from '../../config/formats.ts';
import type { Environment } from '../../config/read-environment.ts';

/** Where a credential for another server is; one of them at most. */
export interface CredentialPlace {
  readonly token: string | undefined;
  readonly tokenEnv: string | undefined;
  readonly tokenFile: string | undefined;
}

export interface CredentialParts {
  readonly env: Environment;
  readonly readFile: (path: string) => Promise<string>;
  /** Told of every credential before it is used, so that it is found by value wherever it might be written. */
  readonly knows: (secrets: Iterable<string>) => void;
}

/** Larger files hold something else. */
const MOST_CHARACTERS = 4_096;

/**
 * The credential as it is now; undefined when none is stored. A file is read every time: whoever renews it need not restart
 * the gateway.
 *
 * @throws Error when the variable or the file holds none. What they hold instead is not repeated.
 */
export async function readCredential(place: CredentialPlace, parts: CredentialParts): Promise<string | undefined> {
  const { token, tokenEnv, tokenFile } = place;
  if (token !== undefined) return token;
  if (tokenEnv !== undefined) return checked(parts.env[tokenEnv] ?? '', `the variable ${tokenEnv}`, parts);
  if (tokenFile === undefined) return undefined;
  let text: string;
  try {
    text = await parts.readFile(tokenFile);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new Error(`its token_file "${tokenFile}" cannot be read (${code})`, { cause: error });
  }
  return checked(text.slice(0, MOST_CHARACTERS + 2), `the file "${tokenFile}"`, parts);
}

function checked(text: string, where: string, { knows }: CredentialParts): string {
  const token = text.trim();
  if (token === '') throw new Error(`${where} holds no credential`);
  if (!FORMATS.header_value.fits(token)) throw new Error(`${where} does not hold ${FORMATS.header_value.expected}`);
  knows([token]);
  return token;
}

/** As it is shown: in a header of its own as it is, else as RFC 6750 section 2.1 has it. */
export function credentialHeaders(token: string | undefined, header?: string): Readonly<Record<string, string>> {
  if (token === undefined) return {};
  return header === undefined ? { authorization: `Bearer ${token}` } : { [header.toLowerCase()]: token };
}
