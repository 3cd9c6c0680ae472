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

  it('lets two of an address be looked at and no more, so that the places of others stay free', async () => {
    const begun: string[] = [];
    const ends: (() => void)[] = [];
    const service = {
      login: ({ username }: { username: string }): Promise<never> => {
        begun.push(username);
        return new Promise((_resolve, reject) => ends.push(() => reject(new CallError('UNAUTHENTICATED'))));
      },
    };
    const login = guardedLogin(service, new Guard({ clock: new FakeClock() }));
    const from = (address: string, username: string): Promise<string> =>
      nameOf(login({ username, password: 'Summer2026!', address }));
    const stranger = Array.from({ length: 34 }, (_, host) => from(`2001:db8::${host.toString(16)}`, `s${host}`));
    const ada = from('192.0.2.1', 'ada');
    expect(await Promise.all(stranger.slice(2))).to.deep.equal(Array(32).fill('TOO_MANY_IN_FLIGHT'));
    expect(begun).to.deep.equal(['s0', 's1', 'ada']);
    for (const end of ends) end();
    expect(await Promise.all([...stranger.slice(0, 2), ada])).to.deep.equal(Array(3).fill('UNAUTHENTICATED'));
    void from('2001:db8::1', 'again');
    expect(begun.at(-1), 'a place is given back').to.equal('again');
  });
});
