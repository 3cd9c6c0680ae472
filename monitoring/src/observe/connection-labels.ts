import { CLOSE_CODES, type ErrorName } from '@callsheet/protocol';

/** Close codes nobody sends: RFC 6455 §7.4.1 keeps them for what a side notices by itself. */
const UNSENT: readonly (readonly [number, string])[] = [
  [1005, 'no_status'],
  [1006, 'abnormal'],
];

const BY_CODE: ReadonlyMap<number, string> = new Map([
  ...Object.entries(CLOSE_CODES).map(([name, { code }]) => [code, name.toLowerCase()] as const),
  ...UNSENT,
]);

/** Every value of the label `reason` of closed connections. */
export const CLOSE_REASONS: readonly string[] = [...BY_CODE.values(), 'other'];

/** Why a connection was closed, by its code. Peers choose codes: what has no name is `other`. */
export function closeReason(code: number): string {
  return BY_CODE.get(code) ?? 'other';
}

const REJECTIONS: Partial<Readonly<Record<ErrorName, string>>> = {
  UNAUTHENTICATED: 'auth',
  TOKEN_EXPIRED: 'auth',
  FORBIDDEN: 'auth',
  ORIGIN_NOT_ALLOWED: 'origin',
  TOO_MANY_IN_FLIGHT: 'limit',
  OVERLOADED: 'limit',
  RATE_LIMITED: 'rate',
  DRAINING: 'draining',
  PROTOCOL_VERSION_MISMATCH: 'version',
};

/** Every value of the label `reason` of refused connections. */
export const REJECTION_REASONS: readonly string[] = [...new Set(Object.values(REJECTIONS)), 'other'];

/** Why a connection was refused. */
export function rejectionReason(error: ErrorName): string {
  return REJECTIONS[error] ?? 'other';
}
