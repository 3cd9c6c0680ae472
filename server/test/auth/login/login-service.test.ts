import { expect } from 'chai';
import { openLogin } from '../../../src/auth/login/open.ts';
import type { UserAdmin } from '../../../src/auth/login/user-admin.ts';
import { FakeClock } from '../../fake-clock.ts';
import { useTempDir } from '../../temp-dir.ts';
import { CHEAP, type LoginHouse, loginHouse, PASSWORD, refusal, TTL_MS } from './house.ts';

describe('logging in', () => {
  const directory = useTempDir();
  let clock: FakeClock;
  let house: LoginHouse;
  beforeEach(async () => {
    clock = new FakeClock();
    house = await loginHouse({ dataDir: directory(), clock });
    await house.admin.create({ username: 'ada', password: PASSWORD, role: 'user' });
  });
  afterEach(() => house.engine.close());

  const login = (more: { username?: string; password?: string; address?: string } = {}) =>
    house.service.login({ username: 'ada', password: PASSWORD, address: '192.0.2.1', ...more });
  const refresh = (refreshToken: string) => house.service.refresh({ refreshToken });
  const who = (token: string) => house.verifier.identify(token)?.principal;

  it('answers a token that opens the gateway, in the words of the wire', async () => {
    const { token, user, expires_in, refresh_token } = await login({ username: 'ADA' });
    expect(who(token)).to.deep.equal({ id: `user:${user.id}`, role: 'user', scopes: [] });
    expect(user.username).to.equal('ada');
    expect(expires_in).to.equal(900);
    expect(refresh_token).to.match(/^rft_[\w-]{43}$/);
    expect(house.events).to.deep.equal([{ what: 'logged in', user: user.id, username: 'ada', address: '192.0.2.1' }]);
  });

  it('refuses a wrong password, an unknown user and a disabled one in the same words', async () => {
    await house.admin.create({ username: 'eve', password: PASSWORD, role: 'user' });
    await house.admin.disable('eve');
    const words = async (attempt: Promise<unknown>): Promise<string> =>
      attempt.then(
        () => 'let in',
        (error: Error) => error.message,
      );
    const wrong = await words(login({ password: 'wrong password' }));
    expect(wrong).to.equal('Cannot log in: the user name or the password is wrong');
    expect(await words(login({ username: 'nobody' }))).to.equal(wrong);
    expect(await words(login({ username: '__proto__' }))).to.equal(wrong);
    expect(await words(login({ username: 'eve' }))).to.equal(wrong);
    expect(house.events.map(({ what }) => what)).to.deep.equal(Array(4).fill('login refused'));
  });

  it('counts attempts before it hashes, and says when to come again', async () => {
    for (let n = 0; n < 5; n++)
      expect(await refusal(login({ password: 'wrong password' }))).to.equal('UNAUTHENTICATED');
    let hashed = false;
    house.hasher.check = async () => {
      hashed = true;
      return { right: true, outdated: false };
    };
    const error: unknown = await login().catch((fault: unknown) => fault);
    expect(error).to.have.nested.property('facts.retryAfterMs').that.is.within(1, 180_000);
    expect(error).to.include({ errorName: 'RATE_LIMITED' });
    expect(hashed).to.equal(false);
  });

  it('makes a stored password stronger when that has become the custom, and changes nothing else', async () => {
    house.engine.close();
    house = await loginHouse({ dataDir: directory(), clock, cost: { ...CHEAP, ln: 11 } });
    const before = await house.users.byName('ada');
    const { refresh_token } = await login();
    const after = await house.users.byName('ada');
    expect(after?.hash).to.match(/^\$scrypt\$ln=11,/);
    expect({ ...after, hash: '' }).to.deep.equal({ ...before, hash: '' });
    await login();
    await refresh(refresh_token);
    expect((await house.users.byName('ada'))?.hash).to.equal(after?.hash);
  });

  it('lets in also when the stronger password cannot be stored', async () => {
    house.engine.close();
    house = await loginHouse({ dataDir: directory(), clock, cost: { ...CHEAP, ln: 11 } });
    house.users.change = () => Promise.reject(new Error('the disk is full'));
    expect(await login()).to.have.property('token');
    expect(house.log.lines).to.deep.equal(['could not store a stronger password hash']);
  });

  for (const [what, change] of [
    ['disabled', (admin: UserAdmin) => admin.disable('ada')],
    ['given another password', (admin: UserAdmin) => admin.setPassword('ada', 'another long password')],
    ['signed out', (admin: UserAdmin) => admin.signOut('ada')],
  ] as const) {
    it(`ends every session of a user who is ${what}, within the same millisecond too`, async () => {
      const [one, other] = [await login(), await login()];
      const next = await refresh(other.refresh_token);
      await change(house.admin);
      for (const { token } of [one, other, next]) expect(who(token)).to.equal(undefined);
      for (const { refresh_token } of [one, next]) {
        expect(await refusal(refresh(refresh_token))).to.equal('UNAUTHENTICATED');
      }
      clock.advance(3_600_000);
      expect(await refusal(refresh(one.refresh_token))).to.equal('UNAUTHENTICATED');
    });
  }

  it('lets a user in again who was enabled, with new tokens only', async () => {
    const before = await login();
    await house.admin.disable('ada');
    expect(await refusal(login())).to.equal('UNAUTHENTICATED');
    await house.admin.enable('ada');
    const after = await login();
    expect(who(after.token)).to.not.equal(undefined);
    expect(await refresh(after.refresh_token)).to.have.property('token');
    expect(who(before.token)).to.equal(undefined);
  });

  it('does not let in who was disabled while the password was checked', async () => {
    const { check } = house.hasher;
    house.hasher.check = async (...given) => {
      const verdict = await check.apply(house.hasher, given);
      await house.admin.disable('ada');
      return verdict;
    };
    expect(await refusal(login())).to.equal('UNAUTHENTICATED');
  });

  it('gives nothing lasting to who is disabled while the token is made', async () => {
    const { begin } = house.refreshTokens;
    house.refreshTokens.begin = async (...given) => {
      await house.admin.disable('ada');
      return begin.apply(house.refreshTokens, given);
    };
    const { token, refresh_token } = await login();
    expect(who(token)).to.equal(undefined);
    expect(await refusal(refresh(refresh_token))).to.equal('UNAUTHENTICATED');
  });

  describe('refreshing', () => {
    it('trades a refresh token for the next ones, once', async () => {
      const first = await login();
      clock.advance(600_000);
      const second = await refresh(first.refresh_token);
      expect(second.user).to.deep.equal(first.user);
      expect(who(second.token)?.id).to.equal(`user:${first.user.id}`);
      expect(second.refresh_token).to.not.equal(first.refresh_token);
      expect(who(first.token), 'the older access token lives out its time').to.not.equal(undefined);
    });

    it('ends the session of both holders when a token is used twice, access tokens included', async () => {
      const first = await login();
      const second = await refresh(first.refresh_token);
      const apart = await login();
      expect(await refusal(refresh(first.refresh_token))).to.equal('UNAUTHENTICATED');
      expect(await refusal(refresh(second.refresh_token))).to.equal('UNAUTHENTICATED');
      expect([first, second].map(({ token }) => who(token))).to.deep.equal([undefined, undefined]);
      expect(who(apart.token), 'another session of the same user goes on').to.not.equal(undefined);
      expect(await refresh(apart.refresh_token)).to.have.property('token');
      expect(house.events.map(({ what }) => what)).to.include('refresh token used twice');
    });

    it('lets one of two uses in the same moment win, and the other end it', async () => {
      const { refresh_token } = await login();
      const answers = await Promise.allSettled(Array.from({ length: 8 }, () => refresh(refresh_token)));
      const won = answers.filter((answer) => answer.status === 'fulfilled');
      expect(won).to.have.length(1);
      expect(await refusal(refresh(won[0]?.value.refresh_token ?? ''))).to.equal('UNAUTHENTICATED');
      expect(who(won[0]?.value.token ?? '')).to.equal(undefined);
    });

    it('ends after seven days of silence, and after thirty in any case', async () => {
      const quiet = await login();
      let busy = await login();
      clock.advance(TTL_MS - 1);
      busy = await refresh(busy.refresh_token);
      clock.advance(1);
      expect(await refusal(refresh(quiet.refresh_token))).to.equal('UNAUTHENTICATED');
      for (let day = 8; day <= 29; day++) {
        clock.advance(86_400_000);
        busy = await refresh(busy.refresh_token);
      }
      // The session began a millisecond after its user, who was made in the moment of the login.
      clock.advance(86_400_001);
      expect(await refusal(refresh(busy.refresh_token))).to.equal('UNAUTHENTICATED');
    });

    it('gives the role the user has now', async () => {
      const { refresh_token } = await login();
      await house.users.change((users) => users.map((user) => ({ ...user, role: 'admin' })));
      expect(who((await refresh(refresh_token)).token)?.role).to.equal('admin');
    });

    it('refuses what is no refresh token, or a user who is gone', async () => {
      const { refresh_token } = await login();
      const shapes = [
        '',
        'rft_',
        `${refresh_token} `,
        refresh_token.slice(0, -1),
        `rft_${'A'.repeat(43)}`,
        refresh_token.toUpperCase(),
      ];
      for (const text of shapes) expect(await refusal(refresh(text)), text).to.equal('UNAUTHENTICATED');
      await house.users.change(() => []);
      expect(await refusal(refresh(refresh_token))).to.equal('UNAUTHENTICATED');
    });

    it('is bounded, and a token that had to wait is not spent', async () => {
      let { refresh_token } = await login();
      for (let n = 0; n < 60; n++) ({ refresh_token } = await refresh(refresh_token));
      expect(await refusal(refresh(refresh_token))).to.equal('RATE_LIMITED');
      clock.advance(30_000);
      expect(await refresh(refresh_token)).to.have.property('token');
    });

    it('forgets sessions that are over', async () => {
      await login();
      clock.advance(TTL_MS);
      await login();
      const left = house.engine.prepare('SELECT count(*) AS n FROM refresh_tokens').get();
      expect(left).to.deep.equal({ n: 1 });
      expect(house.engine.prepare('SELECT count(*) AS n FROM refresh_families').get()).to.deep.equal({ n: 1 });
    });
  });

  describe('logging out', () => {
    it('ends the session, its access tokens too, and no other', async () => {
      const [ours, apart] = [await login(), await login()];
      const next = await refresh(ours.refresh_token);
      await house.service.logout({ refreshToken: next.refresh_token });
      expect([ours, next, apart].map(({ token }) => who(token) === undefined)).to.deep.equal([true, true, false]);
      expect(await refusal(refresh(next.refresh_token))).to.equal('UNAUTHENTICATED');
      expect(await refresh(apart.refresh_token)).to.have.property('token');
    });

    it('is done also with a spent token, and says nothing about one nobody knows', async () => {
      const first = await login();
      const second = await refresh(first.refresh_token);
      await house.service.logout({ refreshToken: first.refresh_token });
      expect(who(second.token)).to.equal(undefined);
      await house.service.logout({ refreshToken: first.refresh_token });
      await house.service.logout({ refreshToken: 'rft_unknown' });
      expect(house.events.filter(({ what }) => what === 'logged out')).to.have.length(2);
    });

    it('counts at once when the revocation cannot be stored, and is said in the log', async () => {
      const { token, refresh_token } = await login();
      const { revokeTokens } = house.revocations;
      house.revocations.revokeTokens = async (tokens) => {
        await revokeTokens.call(house.revocations, tokens);
        throw new Error('the disk is full');
      };
      await house.service.logout({ refreshToken: refresh_token });
      expect(who(token)).to.equal(undefined);
      expect(house.log.lines).to.deep.equal(['could not store what was revoked; it counts until the next start']);
    });
  });

  it('finishes at the next start what a crash left half done: a session ended, its access tokens not yet', async () => {
    const { token, refresh_token } = await login();
    // What a logout does first; then the process is gone.
    await house.refreshTokens.end(refresh_token);
    expect(who(token)).to.not.equal(undefined);
    const { engine, log } = house;
    const parts = { dataDir: directory(), engine, tokens: house, clock, log, cost: CHEAP };
    const service = await openLogin({ ...parts, refreshTtlSeconds: TTL_MS / 1000 });
    expect(who(token)).to.equal(undefined);
    expect(await service.login({ username: 'ada', password: PASSWORD, address: '::1' })).to.have.property('token');
  });
});
