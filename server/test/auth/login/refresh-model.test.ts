import { expect } from 'chai';
import fc from 'fast-check';
import { FakeClock } from '../../fake-clock.ts';
import { useTempDir } from '../../temp-dir.ts';
import { type LoginHouse, loginHouse, PASSWORD, refusal, TTL_MS } from './house.ts';

interface Session {
  open: boolean;
  readonly startedAt: number;
}

interface Held {
  readonly session: Session;
  readonly refreshToken: string;
  readonly token: string;
  readonly issuedAt: number;
  spent: boolean;
}

const DAY_MS = 86_400_000;

/** What the rules say, in the plainest words: every token ever handed out, and whether it should still be good. */
class World {
  readonly held: Held[] = [];
  readonly clock: FakeClock;
  readonly house: LoginHouse;
  disabled = false;

  constructor(clock: FakeClock, house: LoginHouse) {
    this.clock = clock;
    this.house = house;
  }

  usable({ session, spent, issuedAt }: Held): boolean {
    const now = this.clock.now();
    return session.open && !spent && now < issuedAt + TTL_MS && now < session.startedAt + 30 * DAY_MS;
  }

  endAll(): void {
    for (const { session } of this.held) session.open = false;
  }

  async login(): Promise<void> {
    const attempt = this.house.service.login({ username: 'ada', password: PASSWORD, address: '::1' });
    if (this.disabled) expect(await refusal(attempt)).to.equal('UNAUTHENTICATED');
    else this.keep({ open: true, startedAt: this.clock.now() }, await attempt);
  }

  async refresh(held: Held): Promise<void> {
    const attempt = this.house.service.refresh({ refreshToken: held.refreshToken });
    if (this.usable(held)) {
      held.spent = true;
      this.keep(held.session, await attempt);
      return;
    }
    expect(await refusal(attempt)).to.equal('UNAUTHENTICATED');
    // A token that is over by itself proves no theft; one that was spent and would still live does.
    if (held.spent && this.clock.now() < held.issuedAt + TTL_MS) held.session.open = false;
  }

  async logout(held: Held): Promise<void> {
    await this.house.service.logout({ refreshToken: held.refreshToken });
    if (this.clock.now() < held.issuedAt + TTL_MS) held.session.open = false;
  }

  check(): void {
    for (const { token, session, issuedAt } of this.held) {
      const good = session.open && this.clock.now() < issuedAt + 905_000;
      expect(this.house.verifier.identify(token) !== undefined, 'access token').to.equal(good);
    }
  }

  keep(session: Session, { token, refresh_token }: { token: string; refresh_token: string }): void {
    this.held.push({ session, token, refreshToken: refresh_token, issuedAt: this.clock.now(), spent: false });
  }
}

type Step = readonly [
  what: 'login' | 'refresh' | 'logout' | 'both' | 'wait' | 'disable' | 'enable' | 'sign out',
  n: number,
];

async function act(world: World, [what, n]: Step): Promise<void> {
  const { held, clock, house } = world;
  const one = held[n % Math.max(1, held.length)];
  if (what === 'login') await world.login();
  else if (what === 'wait') clock.advance([1, 60_000, 600_000, DAY_MS, TTL_MS][n % 5] ?? 1);
  else if (what === 'refresh' && one !== undefined) await world.refresh(one);
  else if (what === 'logout' && one !== undefined) await world.logout(one);
  else if (what === 'both' && one !== undefined && world.usable(one)) {
    const use = (): Promise<unknown> => refusal(house.service.refresh({ refreshToken: one.refreshToken }));
    const answers = await Promise.all([use(), use()]);
    expect(answers.filter((answer) => answer === 'UNAUTHENTICATED')).to.have.length(1);
    one.spent = true;
    one.session.open = false;
  } else if (what === 'disable' || what === 'enable' || what === 'sign out') {
    if (what !== 'sign out') world.disabled = what === 'disable';
    await (what === 'disable'
      ? house.admin.disable('ada')
      : what === 'enable'
        ? house.admin.enable('ada')
        : house.admin.signOut('ada'));
    world.endAll();
  }
}

describe('sessions and their refresh tokens, whatever happens to them', () => {
  const directory = useTempDir();
  const what = fc.oneof(
    { weight: 3, arbitrary: fc.constant('login' as const) },
    { weight: 8, arbitrary: fc.constant('refresh' as const) },
    { weight: 3, arbitrary: fc.constant('wait' as const) },
    fc.constantFrom('logout' as const, 'both' as const, 'disable' as const, 'enable' as const, 'sign out' as const),
  );
  const steps = fc.array(fc.tuple(what, fc.nat(50)), { minLength: 1, maxLength: 25 });

  it('are good exactly as long as the rules say', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(steps, async (history) => {
        const clock = new FakeClock();
        run += 1;
        const house = await loginHouse({ dataDir: `${directory()}/${run}`, clock, unlimited: true });
        try {
          await house.admin.create({ username: 'ada', password: PASSWORD, role: 'user' });
          clock.advance(1);
          const world = new World(clock, house);
          for (const step of history) {
            await act(world, step);
            // Moments are told apart by the millisecond; within one, the real thing orders what the model cannot.
            clock.advance(10);
            world.check();
          }
        } finally {
          house.engine.close();
        }
      }),
      { numRuns: 100 },
    );
  });
});
