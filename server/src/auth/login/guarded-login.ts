import { CallError } from '@callsheet/protocol';
import type { Guard } from '../authenticate.ts';
import type { LoginService } from './login-service.ts';

/**
 * Logins under the guard that counts wrong credentials by address: the limits of the login itself are by name, and one
 * password can be tried on many names.
 */
export function guardedLogin(service: Pick<LoginService, 'login'>, guard: Guard): LoginService['login'] {
  return async (request) => {
    guard.check(request.address);
    try {
      return await service.login(request);
    } catch (error) {
      if (CallError.is(error) && error.errorName === 'UNAUTHENTICATED') guard.failed(request.address);
      throw error;
    }
  };
}
