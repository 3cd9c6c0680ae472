import { createHmac, type KeyObject } from 'node:crypto';

/** Which chain a signature is for: nobody can pass a line of one off as a line of the other. */
export type Chain = 'audit' | 'checkpoints';

const DOMAIN: Readonly<Record<Chain, string>> = { audit: '', checkpoints: 'CALLSHEET-CHECKPOINT-V1\n' };
/** Every line ends so: `,"prev":"<43 characters, or none>","sig":"<43 characters>"}`. */
const LINKS = /,"prev":"([\w-]{43}|)","sig":"([\w-]{43})"\}$/;
const LONGEST_LINKS = 120;
/** `,"sig":"` + 43 + `"}`. */
const SIGNATURE_LENGTH = 53;

export interface Link {
  /** The line, without its line feed. */
  readonly line: string;
  readonly sig: string;
}

/** Signs a line. `body` is JSON from the opening brace to the last member before `prev`. */
export function sign(chain: Chain, key: KeyObject, prev: string, body: string): Link {
  const unsigned = `${body},"prev":"${prev}"`;
  const sig = createHmac('sha256', key).update(`${DOMAIN[chain]}${prev}${unsigned}}`).digest('base64url');
  return { line: `${unsigned},"sig":"${sig}"}`, sig };
}

/** A line whose signature is good, or one sentence that says what is wrong with it. */
export type Checked =
  | { readonly good: true; readonly prev: string; readonly sig: string; readonly members: Record<string, unknown> }
  | { readonly good: false; readonly reason: string };

/**
 * Checks one line by itself, byte for byte: decoding first would take broken UTF-8 for what stood there. `seq` and `prev`
 * are for the caller to compare. Signatures are compared as text, because the last character of base64url has several
 * spellings.
 */
export function check(chain: Chain, key: KeyObject, line: Buffer): Checked {
  const links = LINKS.exec(line.subarray(-LONGEST_LINKS).toString('latin1'));
  if (links === null) return { good: false, reason: 'is not a whole line of this file' };
  const [, prev = '', sig = ''] = links;
  const expected = createHmac('sha256', key)
    .update(`${DOMAIN[chain]}${prev}`)
    .update(line.subarray(0, -SIGNATURE_LENGTH))
    .update('}')
    .digest('base64url');
  if (expected !== sig)
    return { good: false, reason: 'has a wrong signature: it was changed, or signed with another key' };
  return { good: true, prev, sig, members: JSON.parse(line.toString('utf8')) as Record<string, unknown> };
}

/** Whether bytes without a line feed may be what a crash left: the beginning of a line, never a line and more. */
export function mayBeTorn(rest: Buffer): boolean {
  const text = rest.toString('latin1');
  const end = /","sig":"[\w-]{43}"\}/.exec(text);
  return end === null || end.index + end[0].length === text.length;
}
