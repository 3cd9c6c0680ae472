/** One way to read a text: as it stands, or with its escapes taken away. */
export interface Reading {
  readonly text: string;
  /** Where each character begins in the text as it stands, and one more place: its end. Absent when nothing was decoded. */
  readonly from?: Int32Array;
}

/** JSON in a string of JSON in a URL is as far as honest programs go. */
const DEEPEST = 3;
const ESCAPE = /\\["'\\/bfnrtux]|%[0-9A-Fa-f]{2}/;
const SIMPLE: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
const QUOTED = `"'\\/`;
const HEX = /^[0-9A-Fa-f]+$/;

/**
 * The text, then the text without its JSON escapes (RFC 8259 §7) and percent signs (RFC 3986 §2.1), and again while there
 * are any: a secret written with escapes is the same secret.
 */
export function* readings(text: string): Iterable<Reading> {
  let reading: Reading = { text };
  yield reading;
  for (let depth = 0; depth < DEEPEST && ESCAPE.test(reading.text); depth++) {
    reading = decoded(reading);
    yield reading;
  }
}

function decoded({ text, from }: Reading): Reading {
  const units = new Uint16Array(text.length);
  const starts = new Int32Array(text.length + 1);
  let length = 0;
  for (let at = 0; at < text.length; ) {
    const { plain, read } = unescaped(text, at);
    for (let unit = 0; unit < plain.length; unit++) {
      units[length] = plain.charCodeAt(unit);
      starts[length++] = from?.[at] ?? at;
    }
    at += read;
  }
  starts[length] = from?.[text.length] ?? text.length;
  return { text: Buffer.from(units.buffer, 0, length * 2).toString('utf16le'), from: starts };
}

interface Unescaped {
  /** What the escape stands for; never longer than the escape. */
  readonly plain: string;
  /** How many characters it took. */
  readonly read: number;
}

function unescaped(text: string, at: number): Unescaped {
  const first = text.charAt(at);
  const found = first === '\\' ? backslash(text, at) : first === '%' ? percent(text, at) : undefined;
  return found ?? { plain: first, read: 1 };
}

function backslash(text: string, at: number): Unescaped | undefined {
  const letter = text.charAt(at + 1);
  if (letter === 'u' || letter === 'x') {
    const digits = text.slice(at + 2, at + (letter === 'u' ? 6 : 4));
    if (digits.length !== (letter === 'u' ? 4 : 2) || !HEX.test(digits)) return undefined;
    return { plain: String.fromCharCode(Number.parseInt(digits, 16)), read: digits.length + 2 };
  }
  const plain = letter !== '' && QUOTED.includes(letter) ? letter : SIMPLE[letter];
  return plain === undefined ? undefined : { plain, read: 2 };
}

/** One character in UTF-8, as many `%XX` as its first byte says. */
function percent(text: string, at: number): Unescaped | undefined {
  const lead = byteAt(text, at);
  if (lead === undefined) return undefined;
  const length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  const bytes = [lead];
  while (bytes.length < length) {
    const next = byteAt(text, at + bytes.length * 3);
    if (next === undefined) return undefined;
    bytes.push(next);
  }
  return { plain: Buffer.from(bytes).toString('utf8'), read: length * 3 };
}

function byteAt(text: string, at: number): number | undefined {
  const digits = text.slice(at + 1, at + 3);
  return text.charAt(at) === '%' && digits.length === 2 && HEX.test(digits) ? Number.parseInt(digits, 16) : undefined;
}
