import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { readApiKey } from '../auth/api-key.ts';
import { isScope } from '../auth/scope.ts';
import { isOrigin } from '../doors/perimeter/origin.ts';
import { isRateText, RATE_FORM } from '../limits/rate-text.ts';

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
  url: {
    fits: (text) => isPlainUrl(text, /^https?:$/),
    expected: 'an http or https URL without user name, query and fragment',
  },
  folder: { fits: isPrintable, expected: 'the path of a folder', resolve },
  file: { fits: isPrintable, expected: 'the path of a file', resolve },
  origin: { fits: isOrigin, expected: 'an origin as browsers send it, such as "https://app.example.com"' },
  endpoint: {
    fits: (text) => /^(\[[0-9a-f:.]+\]|[A-Za-z0-9.-]{1,253}):[1-9][0-9]{0,4}$/.test(text),
    expected: 'a host with its port, such as "media.example:8080"',
  },
  network: { fits: isNetwork, expected: 'an address or a network, such as "10.0.0.0/8"' },
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
  right: {
    fits: (text) => /^[A-Za-z0-9_.*/-]{1,128}$/.test(text),
    expected: 'a tool such as "generate_*" or a method such as "jobs/*", in which * stands for any characters',
  },
  scope: {
    fits: isScope,
    expected: '"tools:read", "tools:call", or a tool or method in which * stands for any characters',
  },
  glob: {
    fits: (text) => isPrintable(text) && text.length <= 512,
    expected: 'a path in which * stands for a part of a name and ** for any folders',
  },
  percentage: {
    fits: (text) => /^\d{1,3}(\.\d{1,6})?$/.test(text) && Number(text) <= 100,
    expected: 'a percentage from "0" to "100", such as "99.9"',
  },
  rate: { fits: isRateText, expected: RATE_FORM },
  client: {
    fits: (text) => /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(text),
    expected: 'a name of 1 to 128 letters, digits and . _ -',
  },
  signing_secret: {
    fits: (text) => isPrintable(text) && Buffer.byteLength(text) >= 32,
    expected: 'a secret of at least 32 bytes, such as "openssl rand -hex 32" makes',
  },
  socket_url: {
    fits: (text) => isPlainUrl(text, /^wss?:$/),
    expected: 'a ws or wss URL without user name, query and fragment',
  },
  header_name: {
    fits: (text) => /^[A-Za-z0-9-]{1,64}$/.test(text) && !isOwnHeader(text),
    expected: 'the name of a header such as "X-API-Key", and none that makes the connection',
  },
  header_value: {
    fits: (text) => /^[\x21-\x7e]{1,4096}$/.test(text),
    expected: 'a credential of 1 to 4096 printable ASCII characters without blanks',
  },
  header_text: {
    fits: (text) => /^[\x21-\x7e]([\x20-\x7e]{0,4094}[\x21-\x7e])?$/.test(text),
    expected: 'a text of 1 to 4096 printable ASCII characters',
  },
  label_filter: {
    fits: (text) => /^[A-Za-z_]\w{0,63}!?=.{1,128}$/.test(text),
    expected: 'a label with what it is or is not, such as "code=INTERNAL" or "method!=ping"',
  },
  variable: {
    fits: (text) => /^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(text),
    expected: 'the name of an environment variable, such as "STUDIO_TOKEN"',
  },
  tool_prefix: {
    fits: (text) => /^[a-z][a-z0-9_]{0,31}$/.test(text),
    expected: 'the beginning of a tool name, 1 to 32 of a-z 0-9 _, beginning with a letter',
  },
  label: {
    fits: (text) => /^[A-Za-z0-9][A-Za-z0-9._:=/-]{0,63}$/.test(text),
    expected: 'a word of 1 to 64 letters, digits and . _ : = / -',
  },
  san: {
    fits: (text) => /^(URI|DNS):[\x21-\x7e]{1,255}$/.test(text),
    expected: 'a name as the certificate has it, "URI:spiffe://…" or "DNS:…"',
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

function isNetwork(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return (
    bits > 0 && more.length === 0 && (prefix === undefined || (/^[0-9]{1,3}$/.test(prefix) && Number(prefix) <= bits))
  );
}

function isPlainUrl(text: string, protocols: RegExp): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  return protocols.test(protocol) && `${username}${password}${search}${hash}` === '';
}

/** Set by the WebSocket handshake itself (RFC 6455 section 4.1) or by HTTP. */
function isOwnHeader(name: string): boolean {
  return /^(sec-websocket-.*|host|connection|upgrade|content-length|transfer-encoding|origin)$/i.test(name);
}
