import { isJsonObject } from '@callsheet/protocol';
import { readPasswordHash } from './password-hash.ts';

/** Somebody who may log in. The password itself is kept nowhere. */
export interface UserRecord {
  /** `usr_` and 22 random characters; the subject of tokens. */
  readonly id: string;
  /** Lower case, as it is typed to log in. */
  readonly username: string;
  /** scrypt, in the PHC string format. */
  readonly hash: string;
  readonly role: string;
  readonly status: 'active' | 'disabled';
  /** ISO 8601. */
  readonly createdAt: string;
  /** ISO 8601: when the password or the status last changed. Sessions begun until then, inclusive, are over. */
  readonly changedAt: string;
}

const NAME = /^[a-z0-9](?:[a-z0-9._@-]{0,62}[a-z0-9])?$/;

/** The name as it is stored, however its letters were typed. */
export function usernameOf(text: string): string {
  return text.normalize('NFC').toLowerCase();
}

/** @throws Error for a name that could not be typed at every keyboard, or would deface a list. */
export function checkUsername(username: string): void {
  if (NAME.test(username)) return;
  const expected = 'expected 1 to 64 of a-z, 0-9, ".", "_", "@" and "-", with a letter or digit at both ends';
  throw new Error(`Cannot use ${JSON.stringify(username.slice(0, 80))} as a user name: ${expected}`);
}

/** @throws Error for anything that is not the list of users; a damaged file is never silently replaced. */
export function readUsers(text: string, file: string): readonly UserRecord[] {
  const refuse = (cause?: unknown): Error =>
    new Error(`Cannot read the users in "${file}": restore the file from a backup`, { cause });
  try {
    const users: unknown = JSON.parse(text);
    if (Array.isArray(users) && users.every(isUser)) return users;
  } catch (cause) {
    throw refuse(cause);
  }
  throw refuse();
}

function isUser(value: unknown): value is UserRecord {
  if (!isJsonObject(value)) return false;
  const { id, username, hash, role, status, createdAt, changedAt } = value;
  if (typeof id !== 'string' || typeof role !== 'string' || typeof hash !== 'string') return false;
  readPasswordHash(hash);
  return (
    typeof username === 'string' &&
    NAME.test(username) &&
    (status === 'active' || status === 'disabled') &&
    [createdAt, changedAt].every((moment) => typeof moment === 'string' && !Number.isNaN(Date.parse(moment)))
  );
}
