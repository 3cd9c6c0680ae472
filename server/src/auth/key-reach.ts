import { CallError, type Principal } from '@callsheet/protocol';
import type { Identity } from './identity.ts';
import type { KeyWish } from './key-wish.ts';

/** A key somebody wants to make, to replace or to end. */
type Wanted = Pick<KeyWish, 'role' | 'scopes' | 'principal' | 'expiresAt' | 'expiresInDays' | 'allowedOrigins'>;

const DAY_MS = 86_400_000;

/**
 * Refuses a credential that would come to more than it is by way of another key: a wider role or scope, another caller,
 * a later end, other origins. A credential that is its whole role, without an end and for every page, may handle every
 * key: `keys/*` belongs to administrators. A token ends by its nature, and is not narrowed by that.
 *
 * @throws CallError FORBIDDEN
 */
export function refuseMore(
  { principal, identity }: { readonly principal: Principal; readonly identity: Identity | undefined },
  wanted: Wanted,
  now: number,
): void {
  const end = identity?.means === 'apiKey' ? identity.expiresAt : undefined;
  const origins = identity?.allowedOrigins;
  const scoped = principal.scopes.length > 0;
  if (!scoped && end === undefined && origins === undefined) return;
  const { role, scopes = [], allowedOrigins = [] } = wanted;
  const more = [
    ...(scoped && role !== principal.role ? [`the role "${role}"`] : []),
    ...(scoped && !isWithin(scopes, principal.scopes) ? ['other scopes'] : []),
    ...(wanted.principal !== undefined && wanted.principal !== principal.id ? [`"${wanted.principal}"`] : []),
    ...(end !== undefined && endOf(wanted, now) > end ? ['a later end'] : []),
    ...(origins !== undefined && !isWithin(allowedOrigins, origins) ? ['other origins'] : []),
  ];
  if (more.length === 0) return;
  const sentence = `Cannot handle a key for ${more.join(' and ')} with a credential that is narrower; use one that carries its whole role`;
  throw new CallError('FORBIDDEN', sentence);
}

/** None at all means all of them, which is never within some. */
function isWithin(some: readonly string[], all: readonly string[]): boolean {
  return some.length > 0 && some.every((member) => all.includes(member));
}

function endOf({ expiresAt, expiresInDays }: Wanted, now: number): number {
  if (expiresAt !== undefined) return Date.parse(expiresAt);
  return expiresInDays === undefined ? Number.POSITIVE_INFINITY : now + expiresInDays * DAY_MS;
}
