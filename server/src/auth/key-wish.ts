import { CallError, type Issue } from '@callsheet/protocol';
import { FORMATS } from '../config/formats.ts';
import type { KeyEnvironment } from './api-key.ts';
import type { KeyGrant } from './mint-key.ts';

/** What somebody who makes a key may say about it. */
export interface KeyWish {
  /** For people: 1 to 64 characters; «unnamed» when not said. */
  readonly name?: string | undefined;
  /** One of the roles there are. */
  readonly role: string;
  /** At most 64; a key without scopes may do whatever its role may. */
  readonly scopes?: readonly string[] | undefined;
  /** 1 to 3650 whole days from now; or `expiresAt`; a key with neither has no end. */
  readonly expiresInDays?: number | undefined;
  /** A moment to come, as RFC 3339 writes it: "2027-01-31T12:00:00Z". */
  readonly expiresAt?: string | undefined;
  /** At most 64 origins whose web pages may use the key, and then no others. */
  readonly allowedOrigins?: readonly string[] | undefined;
  /** The caller the key speaks for, so that several keys are one caller; a caller of its own when not said. */
  readonly principal?: string | undefined;
  readonly environment?: KeyEnvironment | undefined;
}

const DAY_MS = 86_400_000;
const MOST_DAYS = 3650;
const MOST_ENTRIES = 64;
/** Letters of every language; nothing that moves the cursor or turns the text of a list around. */
const NAME = /^[^\p{C}\p{Zl}\p{Zp}]{1,64}$/u;
const PRINCIPAL = /^[A-Za-z0-9][A-Za-z0-9:._@/|+-]{0,127}$/;
const MOMENT = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/**
 * What the new key shall be.
 *
 * @param roles the roles there are
 * @param now milliseconds since the epoch
 * @throws CallError INVALID_PARAMS with everything that is wrong
 */
export function checkWish(wish: KeyWish, roles: readonly string[], now: number): KeyGrant {
  const issues: Issue[] = [];
  const check = (path: string, fits: boolean, keyword: string, message: string): void => {
    if (!fits) issues.push({ path, keyword, message });
  };
  const { name = 'unnamed', role, scopes = [], allowedOrigins = [], principal, environment } = wish;
  check(
    '/name',
    NAME.test(name),
    'pattern',
    `name ${quoted(name)}: expected 1 to 64 characters, none of them invisible`,
  );
  const known = roles.length === 0 ? 'there are no roles' : `the roles are ${roles.join(', ')}`;
  check('/role', roles.includes(role), 'enum', `role ${quoted(role)}: there is none; ${known}`);
  for (const [member, entries, { fits, expected }] of [
    ['scopes', scopes, FORMATS.scope],
    ['allowedOrigins', allowedOrigins, FORMATS.origin],
  ] as const) {
    check(`/${member}`, entries.length <= MOST_ENTRIES, 'maxItems', `${member}: expected at most ${MOST_ENTRIES}`);
    for (const [place, entry] of entries.slice(0, MOST_ENTRIES).entries()) {
      check(`/${member}/${place}`, fits(entry), 'pattern', `${member} ${quoted(entry)}: expected ${expected}`);
    }
  }
  const mayBe = principal === undefined || PRINCIPAL.test(principal);
  check(
    '/principal',
    mayBe,
    'pattern',
    `principal ${quoted(principal)}: expected 1 to 128 letters, digits and : . _ @ / | + -`,
  );
  const environmentFits = environment === undefined || environment === 'live' || environment === 'test';
  check('/environment', environmentFits, 'enum', `environment ${quoted(environment)}: expected live or test`);
  const expiresAt = expiry(wish, now, check);
  if (issues.length > 0) {
    throw new CallError('INVALID_PARAMS', `Cannot make the key: ${issues.map(({ message }) => message).join('; ')}`, {
      issues,
    });
  }
  return {
    ...{ name, role, scopes: [...new Set(scopes)], principal },
    ...(environment !== undefined && { environment }),
    ...(allowedOrigins.length > 0 && { allowedOrigins: [...new Set(allowedOrigins)] }),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

function expiry(
  { expiresInDays: days, expiresAt }: KeyWish,
  now: number,
  check: (path: string, fits: boolean, keyword: string, message: string) => void,
): string | undefined {
  if (days !== undefined) {
    const fits = Number.isInteger(days) && days >= 1 && days <= MOST_DAYS;
    check('/expiresInDays', fits, 'maximum', `expiresInDays "${days}": expected 1 to ${MOST_DAYS} whole days`);
    check('/expiresAt', expiresAt === undefined, 'not', 'expiresInDays and expiresAt say the same thing; keep one');
    return fits ? new Date(now + days * DAY_MS).toISOString() : undefined;
  }
  if (expiresAt === undefined) return undefined;
  const end = moment(expiresAt);
  const expected = 'expected a moment such as "2027-01-31T12:00:00Z"';
  check('/expiresAt', end !== undefined, 'format', `expiresAt ${quoted(expiresAt)}: ${expected}`);
  if (end === undefined) return undefined;
  check('/expiresAt', end > now, 'minimum', `expiresAt ${quoted(expiresAt)} is over already; name a moment to come`);
  const soon = end <= now + MOST_DAYS * DAY_MS;
  check(
    '/expiresAt',
    soon,
    'maximum',
    `expiresAt ${quoted(expiresAt)} is more than ${MOST_DAYS} days away; leave it out`,
  );
  return new Date(end).toISOString();
}

/** Milliseconds since the epoch; undefined for what is no moment, such as February 30. */
function moment(text: string): number | undefined {
  const day = MOMENT.exec(text)?.[1];
  const time = Date.parse(text);
  if (day === undefined || Number.isNaN(time)) return undefined;
  const start = Date.parse(`${day}T00:00:00Z`);
  return new Date(start).toISOString().startsWith(day) ? time : undefined;
}

/** Short, and with nothing in it that a terminal would obey. */
function quoted(value: unknown): string {
  const text = JSON.stringify(String(value)).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
