import { createHash, createHmac, type KeyObject } from 'node:crypto';

/** What an answer of a tool that changes something is signed for. */
export interface AnswerFacts {
  /** The server's time as it stands in the answer. */
  readonly serverTs: number | string;
  readonly nonce: string;
  /** Id of the principal who called. */
  readonly principal: string;
  readonly tool: string;
  /** Hexadecimal SHA-256 of the JSON text of the result: see `resultDigest`. */
  readonly digest: string;
}

/**
 * base64url HMAC-SHA256 over these lines joined by a line feed:
 * `CALLSHEET-AUDIT-V1`, serverTs, nonce, principal id, tool, digest. Whoever holds the audit key can compute it again.
 *
 * @throws RangeError when a fact holds a line feed: two different answers could then be signed alike.
 */
export function answerSignature(key: KeyObject, { serverTs, nonce, principal, tool, digest }: AnswerFacts): string {
  const lines = ['CALLSHEET-AUDIT-V1', String(serverTs), nonce, principal, tool, digest];
  const broken = lines.find((line) => line.includes('\n'));
  if (broken !== undefined) {
    throw new RangeError(`Cannot sign an answer: ${JSON.stringify(broken)} holds a line feed; leave it out`);
  }
  return createHmac('sha256', key).update(lines.join('\n')).digest('base64url');
}

/** Hexadecimal SHA-256 of the text of a result, exactly as it is sent. */
export function resultDigest(json: string): string {
  return createHash('sha256').update(json).digest('hex');
}
