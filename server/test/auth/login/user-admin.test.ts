import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { UserStore } from '../../../src/auth/login/user-store.ts';
import { systemClock } from '../../../src/clock.ts';
import { FakeClock } from '../../fake-clock.ts';
import { useTempDir } from '../../temp-dir.ts';
import { type LoginHouse, loginHouse, PASSWORD, refusal } from './house.ts';

describe('users', () => {
  const directory = useTempDir();
  let clock: FakeClock;
  let house: LoginHouse;
  beforeEach(async () => {
    clock = new FakeClock();
    house = await loginHouse({ dataDir: directory(), clock });
  });
  afterEach(() => house.engine.close());
  const file = (): string => join(directory(), 'auth', 'users.json');
  const create = (username: string, more: { password?: string; role?: string } = {}) =>
    house.admin.create({ username, password: PASSWORD, role: 'user', ...more });

  it('are none until one is made: no default name opens anything', async () => {
    expect(await house.admin.list()).to.deep.equal([]);
    const guess = house.service.login({ username: 'admin', password: 'admin', address: '::1' });
    expect(await refusal(guess)).to.equal('UNAUTHENTICATED');
  });

  it('are stored for their owner alone, without the password', async () => {
    const user = await create('Ada');
    expect(user).to.include({ username: 'ada', role: 'user', status: 'active' });
    expect(user.id).to.match(/^usr_[\w-]{22}$/);
    expect(statSync(file()).mode & 0o777).to.equal(0o600);
    expect(readFileSync(file(), 'utf8')).to.contain('$scrypt$ln=10').and.not.contain(PASSWORD);
    expect(await house.admin.list()).to.deep.equal([user]);
  });

  it('are refused with a taken or odd name, a role nobody described, or a weak password', async () => {
    await create('ada');
    expect(await refusal(create('ADA'))).to.contain('there is one of this name');
    for (const name of ['', ' ', 'a b', '.ada', 'ada\n', '../ada', 'ädä', 'a'.repeat(65)]) {
      expect(await refusal(create(name)), name).to.contain('Cannot use');
    }
    expect(await refusal(create('bob', { role: 'root' }))).to.contain('the roles are user, admin');
    expect(await refusal(create('bob', { role: 'constructor' }))).to.contain('there is none');
    expect(await refusal(create('bob', { password: 'short' }))).to.contain('5 characters');
    expect(await house.admin.list()).to.have.length(1);
  });

  it('that are made at once by two processes are all there', async () => {
    const ada = await create('ada');
    // They wait for each other, on a clock that goes.
    const processes = Array.from({ length: 8 }, () => new UserStore(directory(), systemClock));
    await Promise.all(
      processes.map((users, n) =>
        users.change((known) => [...known, { ...ada, id: `usr_${n}`, username: `user${n}` }]),
      ),
    );
    const names = processes.map((_, n) => `user${n}`);
    expect((await house.admin.list()).map(({ username }) => username)).to.have.members(['ada', ...names]);
  });

  it('cannot be changed when there is none of the name', async () => {
    for (const change of [
      () => house.admin.disable('eve'),
      () => house.admin.enable('eve'),
      () => house.admin.setPassword('eve', PASSWORD),
    ]) {
      expect(await refusal(change())).to.contain('Cannot change the user "eve"');
    }
  });

  it('of a damaged file are refused, and the file is left alone', async () => {
    const user = await create('ada');
    const damages = [
      '{',
      '{}',
      '[null]',
      JSON.stringify([{ ...user, hash: 'secret' }]),
      JSON.stringify([{ ...user, status: 'gone' }]),
    ];
    for (const text of [
      ...damages,
      JSON.stringify([{ ...user, username: 'A' }]),
      JSON.stringify([{ ...user, changedAt: 'soon' }]),
    ]) {
      writeFileSync(file(), text);
      expect(await refusal(house.admin.list()), text).to.contain('restore the file from a backup');
      expect(await refusal(create('bob'))).to.contain(file());
      expect(readFileSync(file(), 'utf8')).to.equal(text);
    }
  });
});
