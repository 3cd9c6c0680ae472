import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { readApiKey } from '../auth/api-key.ts';

interface Format {
  readonly fits: (text: string) => boolean;
  /** «expected …» */
  readonly expected: string;
  /** Makes a path absolute that its author wrote in the given folder. */
  readonly resolve?: (folder: string, text: string) => string;
}

/** What a text may look like, each with the words that say so. */
export const FORMATS = {
  text: { fits: (text) => isPrintable(text), expected: 'a text of 1 to 4096 characters' },
  host: {
    fits: (text) => isIP(text) !== 0 || /^(?=.{1,253}$)[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*$/.test(text),
    expected: 'an address or a host name without a port, such as "127.0.0.1"',
  },
  url: { fits: isPlainUrl, expected: 'an http or https URL without user name, query and fragment' },
  folder: { fits: isPrintable, expected: 'the path of a folder', resolve },
  program: {
    fits: isPrintable,
    expected: 'the path or the name of a program',
    // A bare name is looked for where programs are.
    resolve: (folder: string, text: string) => (/[\\/]/.test(text) ? resolve(folder, text) : text),
  },
  name: {
    fits: (text) => /^[A-Za-z0-9][A-Za-z0-9 ._@-]{0,63}$/.test(text),
    expected: 'a name of 1 to 64 letters, digits, blanks and . _ @ -',
  },
  role: { fits: (text) => /^[a-z][a-z0-9_-]{0,31}$/.test(text), expected: 'a role name of 1 to 32 of a-z 0-9 _ -' },
  pattern: {
    fits: (text) => /^[a-z0-9_*]{1,128}$/.test(text),
    expected: 'a tool name of a-z 0-9 _ in which * stands for any characters',
  },
  key: {
    fits: (text) => /^[\x21-\x7e]{1,128}$/.test(text) && (!text.startsWith('csk_') || readApiKey(text) !== undefined),
    expected: 'a key of at most 128 characters without blanks; one that begins with csk_ must be complete',
  },
} as const satisfies Record<string, Format>;

export type FormatName = keyof typeof FORMATS;

/** The text as the configuration holds it: paths absolute, everything else as it is. */
export function absolute(format: FormatName | undefined, folder: string, text: string): string {
  const { resolve: toAbsolute }: Format = FORMATS[format ?? 'text'];
  return toAbsolute === undefined ? text : toAbsolute(folder, text);
}

function isPrintable(text: string): boolean {
  return text.length >= 1 && text.length <= 4096 && !/\p{Cc}/u.test(text);
}

function isPlainUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  return /^https?:$/.test(protocol) && `${username}${password}${search}${hash}` === '';
}
