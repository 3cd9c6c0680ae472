import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { guardedLogin } from '../../../src/auth/login/guarded-login.ts';
import { Guard } from '../../../src/limits/guard.ts';
import { FakeClock } from '../../fake-clock.ts';

describe('a login under the guard of addresses', () => {
  const nameOf = (login: Promise<unknown>): Promise<string> =>
    login.then(
      () => 'let in',
      (error: CallError) => error.errorName,
    );

  it('makes an address wait that tries one password on many names, and nobody else', async () => {
    const service = {
      login: async ({ username }: { username: string }) => {
        if (username === 'ada')
          return { token: 't', user: { id: 'usr_1', username }, expires_in: 1, refresh_token: 'r' };
        if (username === 'busy') throw new CallError('TOO_MANY_IN_FLIGHT');
        throw new CallError('UNAUTHENTICATED');
      },
    };
    const login = guardedLogin(service, new Guard({ clock: new FakeClock(), attempts: 3 }));
    const from = (address: string, username: string): Promise<string> =>
      nameOf(login({ username, password: 'Summer2026!', address }));
    expect(await from('192.0.2.1', 'busy'), 'no guess was looked at').to.equal('TOO_MANY_IN_FLIGHT');
    for (const name of ['a', 'b', 'c']) expect(await from('192.0.2.1', name)).to.equal('UNAUTHENTICATED');
    expect(await from('192.0.2.1', 'd')).to.equal('RATE_LIMITED');
    expect(await from('192.0.2.1', 'ada')).to.equal('RATE_LIMITED');
    expect(await from('192.0.2.2', 'ada')).to.equal('let in');
  });
});
