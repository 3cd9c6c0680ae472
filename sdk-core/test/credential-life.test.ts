import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { AuthError, type ClientOptions, type Credentials, createClient } from '../src/index.ts';
import { rejection } from './conversation.ts';
import { FakeClock, settle } from './fake-clock.ts';
import { FakeGateway, type FakeLine } from './fake-gateway.ts';

const EPOCH = 1_700_000_000_000;
const MINUTE = 60_000;

/** A service that makes tokens, and a gateway that ends the sessions of those that are over; both on one clock. */
class House {
  readonly clock = new FakeClock();
  readonly gateway = new FakeGateway();
  /** Of every further token. Milliseconds. */
  life = 10 * MINUTE;
  /** The token service is not there. */
  down = false;
  readonly asked: string[] = [];
  refreshes = 0;

  constructor() {
    const { handlers } = this.gateway;
    const { 'session/open': open } = handlers;
    handlers['session/open'] = (params, request, line) => {
      const expiresAt = this.#admit(params.auth, line);
      this.gateway.facts = { expiresAt };
      return open?.(params, request, line);
    };
    handlers['session/refresh'] = (params, _request, line) => {
      this.refreshes++;
      return { principal: {}, expiresAt: this.#admit(params.auth, line) };
    };
    handlers['tools/call'] = () => undefined;
  }

  readonly wallClock = (): number => EPOCH + this.clock.now();

  readonly token = async ({ reason }: { readonly reason: string }): Promise<string> => {
    this.asked.push(reason);
    if (this.down) throw new Error('the token service is down');
    return String(this.wallClock() + this.life);
  };

  client(options: Partial<ClientOptions> = {}, auth: Credentials = { type: 'jwt', token: this.token }) {
    const { transport } = this.gateway;
    const platform = { transport, clock: this.clock, wallClock: this.wallClock, random: () => 0.5 };
    return createClient(
      { url: 'ws://gateway.test/rpc', auth, keepalive: { intervalMs: 86_400_000 }, ...options },
      platform,
    );
  }

  readonly #ends = new Map<FakeLine, number>();

  /** Until when the token of a line is good. */
  #admit(auth: unknown, line: FakeLine): string {
    const end = Number((auth as { token?: string } | undefined)?.token);
    if (!(end > this.wallClock())) throw new CallError('UNAUTHENTICATED', 'Cannot authenticate');
    this.#ends.set(line, end);
    this.clock.after(end - this.wallClock(), () => {
      if (this.#ends.get(line) === end) line.drop(4401, 'The credential has expired');
    });
    return new Date(end).toISOString();
  }
}

describe('the credential of a client over its life', () => {
  it('is swapped a thousand times, and no call is dropped', async () => {
    const house = new House();
    const client = house.client({ timeouts: { idle: 60 * MINUTE } });
    const dropped: unknown[] = [];
    let answered = 0;
    await client.connect();
    for (let swap = 1; swap <= 1_000; swap++) {
      // Asked before the swap, answered after it.
      const call = client.call('echo', { swap });
      call.then(
        () => answered++,
        (error) => dropped.push(error),
      );
      await settle();
      const question = house.gateway.line.requests('tools/call').at(-1);
      await house.clock.advance(9 * MINUTE);
      house.gateway.line.answer(question?.id, { structuredContent: swap });
      await settle();
    }
    expect(dropped).to.deep.equal([]);
    expect([answered, house.refreshes, house.gateway.lines.length]).to.deep.equal([1_000, 1_000, 1]);
    await client.close();
    expect(
      house.clock.waits.every((ms) => ms <= house.life),
      'timers of the client',
    ).to.equal(true);
  });

  it('may be missing for five minutes: the session ends meanwhile, calls wait, and the client goes on', async () => {
    const house = new House();
    house.life = 3 * MINUTE;
    const client = house.client({ offlineQueue: { maxAgeMs: 60 * MINUTE }, timeouts: { idle: 60 * MINUTE } });
    const failures: unknown[] = [];
    client.on('error', (error) => failures.push(error));
    await client.connect();
    await house.clock.advance(MINUTE);
    house.down = true;
    await house.clock.advance(2 * MINUTE);
    expect(house.gateway.line.open).to.equal(false);
    expect(failures.map(String)).to.include('ConnectionError: Cannot show a credential: the token function failed');
    const call = client.call('echo', {});
    await house.clock.advance(3 * MINUTE);
    expect(client.state).to.equal('reconnecting');
    expect(house.gateway.lines).to.have.length(1);
    house.down = false;
    await house.clock.advance(MINUTE);
    expect(client.state).to.equal('ready');
    const [question] = house.gateway.line.requests('tools/call');
    house.gateway.line.answer(question?.id, { structuredContent: 'late' });
    expect(await call).to.equal('late');
    expect(house.asked).to.include.members(['connect', 'expiring', 'rejected']);
    await client.close();
  });

  it('is swapped when the gateway gives notice, whatever the clocks say', async () => {
    const house = new House();
    house.life = 60 * MINUTE;
    const client = house.client();
    await client.connect();
    house.gateway.line.notify('session/expiring', {});
    await house.clock.advance(31 * MINUTE);
    expect([house.asked, house.refreshes]).to.deep.equal([['connect', 'expiring'], 1]);
    await client.close();
  });

  it('is asked for with «rejected» when the one at hand is not taken any more', async () => {
    const house = new House();
    const old = String(EPOCH + MINUTE);
    const token = async ({ reason }: { readonly reason: string }): Promise<string> => {
      house.asked.push(reason);
      return reason === 'rejected' ? String(house.wallClock() + house.life) : old;
    };
    await house.clock.advance(2 * MINUTE);
    const client = house.client({}, { type: 'jwt', token });
    const call = client.call('echo', {});
    await house.clock.advance(1_000);
    expect(house.asked).to.deep.equal(['connect', 'rejected']);
    const [question] = house.gateway.line.requests('tools/call');
    house.gateway.line.answer(question?.id, { structuredContent: 'well' });
    expect(await call).to.equal('well');
    await client.close();
  });

  it('ends the client when it is a text that is over', async () => {
    const house = new House();
    const client = house.client({}, { type: 'jwt', token: String(EPOCH + MINUTE) });
    await client.connect();
    await house.clock.advance(2 * MINUTE);
    expect(client.state).to.equal('closed');
    expect(house.gateway.lines).to.have.length(1);
    const error = await rejection(Promise.resolve(client.call('echo', {})));
    expect(error).to.be.instanceOf(AuthError);
    expect(String(error)).to.contain('code 4401, "The credential has expired"');
  });

  it('ends the client when its function says that nobody is logged in', async () => {
    const house = new House();
    const loggedOut = new AuthError('AUTH', 'Log in again');
    const client = house.client({}, { type: 'jwt', token: () => Promise.reject(loggedOut) });
    const call = rejection(Promise.resolve(client.call('echo', {})));
    await house.clock.advance(MINUTE);
    expect(await call).to.equal(loggedOut);
    expect([client.state, house.gateway.lines.length]).to.deep.equal(['closed', 0]);
  });
});
