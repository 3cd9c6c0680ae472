import { expect } from 'chai';
import { useBystander } from './bystander.ts';
import { Caller } from './caller.ts';
import { bearer, DOORS } from './doors.ts';
import { RawConnection } from './raw-connection.ts';
import { ADMIN, type Target, useTarget } from './target.ts';

const WRONG = bearer('a-wrong-key-of-somebody-who-guesses', 'apiKey');
const GOOD = bearer(ADMIN, 'apiKey');
/** Wrong credentials an address may show before it has to wait, by default. */
const ATTEMPTS = 20;

const upgrade = async (target: Target, address: string, key = ADMIN): Promise<{ status: number; head: string }> => {
  const connection = new RawConnection(target);
  const answer = await connection.upgrade({ Authorization: `Bearer ${key}`, 'X-Forwarded-For': address });
  connection.destroy();
  return answer;
};

describe('attacks by guessing', () => {
  const target = useTarget();
  useBystander(target);

  for (const [name, door] of Object.entries(DOORS)) {
    it(`end for an address after ${ATTEMPTS} wrong credentials at ${name}: 4290 for all doors, good credentials too`, async () => {
      const address = `192.0.2.${10 + Object.keys(DOORS).indexOf(name)}`;
      for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
        // A session of its own each, opened from elsewhere, where one is needed.
        expect((await guess(door, name, address)).code, `${attempt}`).to.equal(4010);
      }
      expect((await guess(door, name, address)).code).to.equal(4290);
      expect(await DOORS['the header of an upgrade']?.(target(), GOOD, address)).to.include({
        code: 4290,
        status: 429,
      });
      expect(await DOORS['session/open']?.(target(), GOOD, address)).to.include({ code: 4290, status: 4429 });
      const refused = await upgrade(target(), address);
      expect(refused.head).to.match(/^retry-after: \d+/im);
      expect((await upgrade(target(), '192.0.2.99')).status, 'another address').to.equal(101);
    });
  }

  const guess = async (door: (typeof DOORS)[string], name: string, address: string) => {
    if (name !== 'session/refresh') return door(target(), WRONG, address);
    refreshing ??= await Caller.open(target(), { key: ADMIN, address });
    const { error } = await refreshing.ask('session/refresh', { auth: WRONG.auth });
    return { code: error.code };
  };
  let refreshing: Caller | undefined;
  after(() => refreshing?.cut());

  it('are counted by /64 of IPv6, so that a network of addresses is one guesser', async () => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      expect((await upgrade(target(), `2001:db8:1:2::${attempt.toString(16)}`, 'wrong-key-0000000')).status).to.equal(
        401,
      );
    }
    expect((await upgrade(target(), '2001:db8:1:2:ffff::1')).status).to.equal(429);
    expect((await upgrade(target(), '2001:db8:1:3::1')).status).to.equal(101);
  });

  it('leave sessions alone that were open before', async () => {
    const address = '192.0.2.200';
    const session = await Caller.open(target(), { key: ADMIN, address });
    while ((await upgrade(target(), address, 'wrong-key-0000000')).status !== 429);
    expect((await session.call('diagnostics_echo')).result).to.have.property('structuredContent');
    session.cut();
  });

  it('cost nothing to who shows no credential at all', async () => {
    const address = '192.0.2.201';
    for (let attempt = 0; attempt <= ATTEMPTS; attempt += 1) {
      const bare = { headers: {} };
      expect((await DOORS['POST /v1/session/ticket']?.(target(), bare, address))?.code).to.equal(4010);
    }
    expect((await upgrade(target(), address)).status).to.equal(101);
  });
});

describe('attacks by guessing behind made-up addresses', () => {
  const target = useTarget({ server: { trusted_proxies: [] } });

  it('end all the same where no proxy is trusted', async () => {
    const statuses: number[] = [];
    for (let attempt = 0; attempt <= ATTEMPTS; attempt += 1) {
      statuses.push((await upgrade(target(), `203.0.113.${attempt}`, 'wrong-key-0000000')).status);
    }
    expect(statuses).to.deep.equal([...Array<number>(ATTEMPTS).fill(401), 429]);
  });
});
