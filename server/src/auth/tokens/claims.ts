import { isJsonObject, type JsonObject } from '@callsheet/protocol';
import { nameHere } from './issuer-name.ts';
import { ownMember } from './own-member.ts';
import { type RefusalReason, TokenRefused } from './refused.ts';

/** What a token must say to be good. */
export interface ClaimRules {
  /** `iss`, to the letter. */
  readonly issuer: string;
  /** Who this gateway itself is: the names of any other issuer are kept apart from its own. */
  readonly ownIssuer: string;
  /** Must be `aud` or among it (RFC 8707: a token made for somebody else is never accepted). */
  readonly audience: string;
  /** Longest `exp` − `iat`. */
  readonly maxLifetimeSeconds: number;
  /** How far the issuer's clock may be off. */
  readonly toleranceSeconds: number;
  /** True for a role that somebody described. */
  readonly isRole: (role: string) => boolean;
}

/** What a token said, checked. */
export interface TokenClaims {
  /** As it is known here, see `nameHere`; so is `jti`. */
  readonly sub: string;
  readonly jti: string;
  readonly role: string;
  /** Empty: all the role may do. */
  readonly scopes: readonly string[];
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
}

/** OpenID Connect Core §2 keeps subjects to 255 characters of ASCII; control characters would deface a log. */
const NAME = /^[\x20-\x7e]{1,255}$/;
/** RFC 6749 §3.3, one space between two. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/;
const MAX_SCOPES = 128;

/**
 * The rules of RFC 7519 and our own, in the one place every kind of token goes through.
 *
 * - `iss`, `aud`, `exp`, `iat`, `sub`, `jti` and `role` are required; `nbf` is honoured.
 * - Tolerance: good while now < `exp` + tolerance, from `nbf` − tolerance, and issued no later than now + tolerance.
 * - A role nobody described is refused like a wrong signature: to open a session that may do nothing helps nobody.
 * - No `scope` means all of the role; an empty one is refused, because it means nothing and would read as everything.
 *   So is `scp`, which some issuers say instead: whoever narrows a token there must not get the whole role here.
 *
 * @throws TokenRefused
 */
export function readClaims(payload: unknown, rules: ClaimRules, nowMs: number): TokenClaims {
  if (!isJsonObject(payload)) throw wrongKind();
  const issuedAt = seconds(payload, 'iat');
  const expiresAt = seconds(payload, 'exp');
  const sub = name(payload, 'sub', rules);
  const jti = name(payload, 'jti', rules);
  const role = text(payload, 'role');
  if (ownMember(payload, 'iss') !== rules.issuer) throw new TokenRefused('wrong issuer');
  if (!audiences(payload).includes(rules.audience)) throw new TokenRefused('wrong audience');

  const now = nowMs / 1000;
  const tolerance = rules.toleranceSeconds;
  refuseIf(now >= expiresAt + tolerance, 'expired');
  refuseIf(Object.hasOwn(payload, 'nbf') && now < seconds(payload, 'nbf') - tolerance, 'not yet good');
  refuseIf(issuedAt > now + tolerance, 'issued in the future');
  refuseIf(expiresAt - issuedAt > rules.maxLifetimeSeconds, 'lives too long');
  refuseIf(!rules.isRole(role), 'unknown role');
  const scopes = readScopes(payload);
  return { sub, jti, role, scopes, issuedAtMs: Math.round(issuedAt * 1000), expiresAtMs: Math.round(expiresAt * 1000) };
}

function refuseIf(wrong: boolean, reason: RefusalReason): void {
  if (wrong) throw new TokenRefused(reason);
}

/** A NumericDate: seconds since the epoch, perhaps with a fraction (RFC 7519 §2). */
function seconds(payload: JsonObject, claim: string): number {
  const value = ownMember(payload, claim);
  // 1e999 is JSON for Infinity.
  if (typeof value !== 'number' || !Number.isFinite(value)) throw wrongKind();
  return value;
}

function name(payload: JsonObject, claim: string, { issuer, ownIssuer }: ClaimRules): string {
  const known = nameHere(text(payload, claim), issuer, ownIssuer);
  if (known === undefined) throw wrongKind();
  return known;
}

function text(payload: JsonObject, claim: string): string {
  const value = ownMember(payload, claim);
  if (typeof value !== 'string' || !NAME.test(value)) throw wrongKind();
  return value;
}

function audiences(payload: JsonObject): readonly string[] {
  const value = ownMember(payload, 'aud');
  const list = Array.isArray(value) ? value : [value];
  if (!list.every((one) => typeof one === 'string')) throw wrongKind();
  return list;
}

function readScopes(payload: JsonObject): readonly string[] {
  if (Object.hasOwn(payload, 'scp')) throw new TokenRefused('unreadable scope');
  if (!Object.hasOwn(payload, 'scope')) return [];
  const { scope } = payload;
  if (typeof scope !== 'string') throw new TokenRefused('unreadable scope');
  const scopes = scope.split(' ', MAX_SCOPES + 1);
  if (scopes.length > MAX_SCOPES || !scopes.every((one) => SCOPE.test(one))) throw new TokenRefused('unreadable scope');
  return [...new Set(scopes)];
}

function wrongKind(): TokenRefused {
  return new TokenRefused('claim missing or of the wrong kind');
}
