import { CallError } from '@callsheet/protocol';
import { addressKey } from '../../limits/address-key.ts';
import { Tally } from '../../limits/tally.ts';
import type { Guard } from '../authenticate.ts';
import type { LoginService } from './login-service.ts';

/** Logins of one address at once. Far fewer than can wait for a hash, so that one address cannot take every place. */
const AT_ONCE = 2;
/** About as long as two take. */
const RETRY_MS = 1_000;

/**
 * Logins under the guard that counts wrong credentials by address: the limits of the login itself are by name, and one
 * password can be tried on many names. What is under way is bounded by address as well (an IPv6 address by its /64),
 * before anything is hashed.
 *
 * The answer throws CallError RATE_LIMITED, TOO_MANY_IN_FLIGHT, and what the service throws.
 */
export function guardedLogin(service: Pick<LoginService, 'login'>, guard: Guard): LoginService['login'] {
  const underWay = new Tally();
  return async (request) => {
    guard.check(request.address);
    const key = addressKey(request.address);
    if (underWay.count(key) >= AT_ONCE) {
      const words = `Cannot log in: ${AT_ONCE} logins from "${key}" are under way; try again when they are answered`;
      throw new CallError('TOO_MANY_IN_FLIGHT', words, { retryAfterMs: RETRY_MS });
    }
    underWay.add(key);
    try {
      return await service.login(request);
    } catch (error) {
      if (CallError.is(error) && error.errorName === 'UNAUTHENTICATED') guard.failed(request.address);
      throw error;
    } finally {
      underWay.remove(key);
    }
  };
}
