import { expect } from 'chai';
import fc from 'fast-check';
import { type CredentialKeeper, type KeptLink, keepCredential } from '../src/credential-keeper.ts';
import type { CredentialReason, PresentedCredential } from '../src/credentials.ts';
import { AuthError, RateLimitError, type RpcClientError } from '../src/errors.ts';
import { FakeClock, settle } from './fake-clock.ts';

const EPOCH = 1_700_000_000_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;

/** A keeper, the function that gives tokens, and the server that takes them, on one clock the test moves. */
class Desk {
  readonly clock = new FakeClock();
  /** What this machine's clock is ahead of the server's. Milliseconds. */
  skew = 0;
  /** Of every further token. Milliseconds. */
  life = HOUR;
  /** When the session ends, on the server's clock; nothing does it in this file but `alive` tells. */
  endsAt = Infinity;
  readonly asked: { readonly at: number; readonly why: CredentialReason }[] = [];
  readonly refreshedAt: number[] = [];
  readonly failures: unknown[] = [];
  present: () => Promise<PresentedCredential | undefined> = async () => ({ type: 'jwt', token: 't' });
  refusal: RpcClientError | undefined;
  /** What the server does with a credential. */
  refresh: () => Promise<string> = async () => {
    if (this.refusal !== undefined) throw this.refusal;
    this.refreshedAt.push(this.clock.now());
    return this.grant();
  };
  readonly keeper: CredentialKeeper;
  #notice: { cancel(): void } | undefined;

  constructor(refreshBeforeMs = MINUTE, more: Partial<KeptLink> = {}, random = () => 0.5) {
    const settings = {
      auth: { type: 'jwt', token: () => 't', refreshBeforeMs },
      clock: this.clock,
      wallClock: () => this.wallClock() + this.skew,
      random,
    } as const;
    const keeper = keepCredential(settings, {
      present: (why) => {
        this.asked.push({ at: this.clock.now(), why });
        return this.present();
      },
      send: (text) => this.#serve(JSON.parse(text)),
      failed: (error) => this.failures.push(error),
      ...more,
    });
    if (keeper === undefined) throw new Error('There is nothing to keep');
    this.keeper = keeper;
  }

  /** Gives notice. */
  expiring(): void {
    this.keeper.heard({ kind: 'notification', method: 'session/expiring', params: undefined });
  }

  #serve({ id }: { readonly id: string }): void {
    const refused = ({ wireCode = -32603, retryAfterMs }: Partial<RpcClientError>): void => {
      const error = { code: wireCode, message: 'no', data: { retryAfterMs } };
      this.keeper.heard({ kind: 'failure', id, error: error as never });
    };
    this.refresh().then((expiresAt) => this.keeper.heard({ kind: 'success', id, result: { expiresAt } }), refused);
  }

  wallClock(): number {
    return EPOCH + this.clock.now();
  }

  /** The server takes a credential: its answer, and the notice it will give. */
  grant(): string {
    this.endsAt = this.clock.now() + this.life;
    this.#notice?.cancel();
    this.#notice = this.clock.after(Math.max(0, this.life - MINUTE), () => this.expiring());
    return new Date(this.wallClock() + this.life).toISOString();
  }

  open(): void {
    this.keeper.opened(this.grant());
  }

  get alive(): boolean {
    return this.clock.now() < this.endsAt;
  }

  /** When each question was asked. */
  get times(): number[] {
    return this.asked.map(({ at }) => at);
  }
}

describe('keeping a credential fresh', () => {
  it('asks for a newer one as long before the end as was said, and goes on like that', async () => {
    const desk = new Desk(5 * MINUTE);
    desk.open();
    await desk.clock.advance(55 * MINUTE - 1);
    expect(desk.asked).to.deep.equal([]);
    await desk.clock.advance(1);
    expect(desk.asked).to.deep.equal([{ at: 55 * MINUTE, why: 'expiring' }]);
    await desk.clock.advance(55 * MINUTE);
    expect(desk.refreshedAt).to.deep.equal([55 * MINUTE, 110 * MINUTE]);
  });

  it('waits for half of a life that is shorter than that, whenever the server gives notice', async () => {
    const desk = new Desk();
    desk.life = 20_000;
    desk.open();
    await desk.clock.advance(40_000);
    expect(desk.refreshedAt).to.deep.equal([10_000, 20_000, 30_000, 40_000]);
  });

  it('swaps a thousand credentials and is never late', async () => {
    const desk = new Desk();
    desk.life = 10 * MINUTE;
    desk.open();
    for (let swap = 1; swap <= 1_000; swap++) {
      await desk.clock.advance(9 * MINUTE);
      expect(desk.alive).to.equal(true);
      expect(desk.refreshedAt.length).to.equal(swap);
    }
  });

  it('leaves credentials that never end alone, until the server says otherwise', async () => {
    const desk = new Desk();
    desk.keeper.opened(undefined);
    await desk.clock.advance(1_000 * HOUR);
    expect(desk.asked).to.deep.equal([]);
    desk.expiring();
    expect(desk.times).to.deep.equal([1_000 * HOUR]);
  });

  it('waits for an end further away than a timer can hold', async () => {
    const desk = new Desk();
    desk.life = 720 * HOUR;
    desk.open();
    await desk.clock.advance(720 * HOUR);
    expect(desk.refreshedAt).to.deep.equal([720 * HOUR - MINUTE]);
  });

  it('trusts the notice of the server where the clocks disagree', async () => {
    for (const skew of [-2 * HOUR, 2 * HOUR]) {
      const desk = new Desk(5 * MINUTE);
      desk.skew = skew;
      desk.open();
      await desk.clock.advance(HOUR);
      expect(desk.refreshedAt, `${skew}`).to.deep.equal([59 * MINUTE]);
    }
  });

  it('does not take an end it cannot read for one', async () => {
    const desk = new Desk();
    desk.keeper.opened('soon');
    expect(desk.clock.pending).to.equal(0);
    desk.expiring();
    await settle();
    await desk.clock.advance(30_000);
    expect(desk.refreshedAt).to.deep.equal([30_000]);
  });

  it('tries again and again while the function fails, and is back as soon as it works', async () => {
    const desk = new Desk(10 * MINUTE);
    const down = new Error('the token service is down');
    const works = desk.present;
    desk.present = () => Promise.reject(down);
    desk.open();
    await desk.clock.advance(55 * MINUTE);
    expect(desk.failures.length).to.be.within(10, 60);
    expect(desk.failures).to.include(down);
    desk.present = works;
    await desk.clock.advance(MINUTE);
    expect(desk.refreshedAt).to.have.length(1);
    expect(desk.alive).to.equal(true);
  });

  it('shows a server that refused it few wrong credentials, and says why it asks', async () => {
    const desk = new Desk(10 * MINUTE);
    desk.refusal = new AuthError('AUTH', 'Cannot authenticate', { wireCode: 4010 });
    desk.open();
    await desk.clock.advance(HOUR);
    expect(desk.asked.length).to.be.within(5, 15);
    expect(desk.asked.map(({ why }) => why)).to.deep.equal([
      'expiring',
      ...desk.asked.slice(1).map(() => 'rejected' as const),
    ]);
  });

  it('comes back when the server says', async () => {
    const desk = new Desk();
    desk.refusal = new RateLimitError('RATE_LIMITED', 'Too many', { wireCode: 4290, retryAfterMs: 20_000 });
    desk.open();
    await desk.clock.advance(59 * MINUTE + 19_999);
    expect(desk.times).to.deep.equal([59 * MINUTE]);
    desk.refusal = undefined;
    await desk.clock.advance(1);
    expect(desk.refreshedAt).to.deep.equal([59 * MINUTE + 20_000]);
  });

  it('gives up a function that never answers, and takes nothing it brings later', async () => {
    const desk = new Desk();
    let late: (credential: PresentedCredential) => void = () => undefined;
    const works = desk.present;
    desk.present = () =>
      new Promise((resolve) => {
        late = resolve;
      });
    desk.open();
    await desk.clock.advance(59 * MINUTE + 30_000);
    expect(desk.failures.map(String)).to.deep.equal([
      'TimeoutError: Cannot refresh the session: no newer credential within 30000 ms',
    ]);
    desk.present = works;
    await desk.clock.advance(1_000);
    late({ type: 'jwt', token: 'old' });
    await settle();
    expect(desk.refreshedAt).to.have.length(1);
  });

  it('does not begin a second try because of a notice', async () => {
    const desk = new Desk(2 * MINUTE);
    desk.present = () => new Promise(() => undefined);
    desk.open();
    await desk.clock.advance(58 * MINUTE);
    desk.expiring();
    desk.expiring();
    await desk.clock.advance(29_999);
    expect(desk.asked).to.have.length(1);
  });

  it('leaves no timer behind when it is stopped, and hears no notice after that', async () => {
    const desk = new Desk();
    desk.keeper.opened(new Date(EPOCH + HOUR).toISOString());
    expect(desk.clock.pending).to.equal(1);
    desk.keeper.stop();
    desk.expiring();
    expect(desk.clock.pending).to.equal(0);
    expect(desk.asked).to.deep.equal([]);
  });

  it('sends nothing when it is stopped while the function works', async () => {
    const desk = new Desk();
    desk.present = async () => {
      desk.keeper.stop();
      return { type: 'jwt', token: 't' };
    };
    desk.keeper.opened(new Date(EPOCH + HOUR).toISOString());
    await desk.clock.advance(2 * HOUR);
    expect([desk.asked.length, desk.refreshedAt.length, desk.failures.length]).to.deep.equal([1, 0, 0]);
  });

  it('may be stopped by whoever hears of a failure', async () => {
    const desk: Desk = new Desk(MINUTE, { failed: () => desk.keeper.stop() });
    desk.present = () => Promise.reject(new Error('down'));
    desk.keeper.opened(new Date(EPOCH + HOUR).toISOString());
    await desk.clock.advance(2 * HOUR);
    expect([desk.asked.length, desk.clock.pending]).to.deep.equal([1, 0]);
  });

  it('has nothing to do where there is nothing to show', async () => {
    const desk = new Desk();
    desk.present = async () => undefined;
    desk.keeper.opened(new Date(EPOCH + HOUR).toISOString());
    await desk.clock.advance(2 * HOUR);
    expect([desk.asked.length, desk.clock.pending]).to.deep.equal([1, 0]);
  });
});

describe('keeping a credential fresh, whatever happens', () => {
  /** How one try goes. */
  const outcome = fc.record({
    takesMs: fc.integer({ min: 0, max: 5_000 }),
    ends: fc.constantFrom('well', 'well', 'function fails', 'server fails', 'server refuses'),
  });
  const world = fc.record({
    lifeMs: fc.integer({ min: 2_000, max: 10 * HOUR }),
    beforeMs: fc.integer({ min: 1_000, max: HOUR }),
    skewMs: fc.oneof(fc.constant(0), fc.integer({ min: -HOUR, max: HOUR })),
    outcomes: fc.array(outcome, { minLength: 1, maxLength: 12 }),
    stopAfter: fc.double({ min: 0, max: 3, noNaN: true }),
  });

  it('never tries twice at once, never after the end, and never late when it could be early', async () => {
    await fc.assert(
      fc.asyncProperty(world, async ({ lifeMs, beforeMs, skewMs, outcomes, stopAfter }) => {
        let running = 0;
        let most = 0;
        let over = false;
        let tries = 0;
        let afterEnd = 0;
        const next = () => outcomes[tries % outcomes.length] ?? { takesMs: 0, ends: 'well' };
        const desk: Desk = new Desk(beforeMs, {
          present: (why) => {
            running++;
            most = Math.max(most, running);
            if (over) afterEnd++;
            desk.asked.push({ at: desk.clock.now(), why });
            const { takesMs, ends } = next();
            return new Promise((resolve, reject) => {
              desk.clock.after(takesMs, () => {
                if (ends !== 'function fails') return resolve({ type: 'jwt', token: 't' });
                running--;
                tries++;
                reject(new Error('down'));
              });
            });
          },
        });
        desk.refresh = async () => {
          const { ends } = next();
          running--;
          tries++;
          if (over) afterEnd++;
          if (ends === 'server fails') throw new Error('lost');
          if (ends === 'server refuses') throw new AuthError('AUTH', 'no', { wireCode: 4010 });
          return desk.grant();
        };
        desk.life = lifeMs;
        desk.skew = skewMs;
        desk.open();
        await desk.clock.advance(lifeMs - 1);
        const first = desk.asked[0]?.at ?? Infinity;
        await desk.clock.advance(Math.min(stopAfter * lifeMs, 100_000));
        over = true;
        desk.keeper.stop();
        await desk.clock.advance(lifeMs);

        expect(most, 'tries at once').to.be.at.most(1);
        expect(afterEnd, 'tries after the end').to.equal(0);
        if (skewMs === 0) expect(first).to.be.at.most(lifeMs - Math.min(beforeMs, lifeMs / 2));
        // Whatever the clocks say, the notice of a life that long comes in time.
        if (lifeMs >= 2 * MINUTE) expect(first).to.be.at.most(lifeMs - Math.min(beforeMs, MINUTE));
        // No loop: every life is at least half used up, apart from failures.
        const failed = desk.failures.length;
        expect(desk.asked.length - failed).to.be.at.most(2 * (1 + (lifeMs + 100_000) / Math.min(lifeMs, 2_000)));
      }),
      { numRuns: 200 },
    );
  });

  it('brings every life to the next one while tries fail for less than what was left', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 10_000, max: HOUR }),
        fc.double({ min: 0, max: 0.8, noNaN: true }),
        fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
        async (lifeMs, part, randomness) => {
          const desk = new Desk(MINUTE, {}, () => randomness.next().value);
          desk.life = lifeMs;
          const left = Math.min(MINUTE, lifeMs / 2);
          const worksAt = lifeMs - left + part * left;
          const works = desk.present;
          desk.present = () => (desk.clock.now() < worksAt ? Promise.reject(new Error('down')) : works());
          desk.open();
          await desk.clock.advance(lifeMs - 1);
          expect(desk.refreshedAt).to.have.length(1);
        },
      ),
      { numRuns: 100 },
    );
  });
});
