import { expect } from 'chai';
import { type Clock, createClient } from '../src/index.ts';
import { FakeClock, settle } from './fake-clock.ts';
import { FakeGateway } from './fake-gateway.ts';

/** A clock whose timers fire only once a minute, as in a page nobody looks at. */
function throttled(clock: FakeClock): Clock {
  const minute = 60_000;
  return {
    now: () => clock.now(),
    after: (ms, run) => clock.after(Math.ceil((clock.now() + ms) / minute) * minute - clock.now(), run),
  };
}

async function hiddenPage() {
  const gateway = new FakeGateway();
  const clock = new FakeClock();
  const client = createClient(
    { url: 'ws://gateway.test/rpc', retry: false },
    { transport: gateway.transport, clock: throttled(clock), random: () => 0 },
  );
  await client.connect();
  await settle();
  const states: string[] = [];
  client.on('state', ({ to }) => states.push(to));
  return { client, gateway, clock, states };
}

describe('keep-alive in a page whose timers are throttled', () => {
  it('never gives up a connection that answers', async () => {
    const { client, gateway, clock, states } = await hiddenPage();
    await clock.advance(3_600_000);
    expect(states).to.deep.equal([]);
    expect(gateway.line.requests('ping').length).to.be.greaterThan(10);
    await client.close();
  });

  it('keeps one whose answer was only slow to be read', async () => {
    const { client, gateway, clock, states } = await hiddenPage();
    const [open] = gateway.lines;
    gateway.handlers.ping = () => undefined;
    await clock.advance(60_000);
    const [ping] = open?.requests('ping') ?? [];
    await clock.advance(60_000);
    gateway.handlers.ping = () => ({});
    open?.answer(ping?.id, {});
    await clock.advance(60_000);
    expect(states).to.deep.equal([]);
    await client.close();
  });

  it('gives up one that leaves two questions without an answer', async () => {
    const { client, gateway, clock, states } = await hiddenPage();
    gateway.line.stall();
    await clock.advance(120_000);
    expect(states).to.deep.equal([]);
    await clock.advance(60_000);
    expect(states[0]).to.equal('reconnecting');
    await client.close();
  });
});

describe('client.stats()', () => {
  it('says how long the last question took', async () => {
    const gateway = new FakeGateway();
    const clock = new FakeClock();
    const client = createClient(
      { url: 'ws://gateway.test/rpc', retry: false },
      { transport: gateway.transport, clock, random: () => 0 },
    );
    await client.connect();
    gateway.handlers.ping = () => undefined;
    await clock.advance(25_000);
    const [ping] = gateway.line.requests('ping');
    await clock.advance(40);
    gateway.line.answer(ping?.id, {});
    await settle();
    expect(client.stats().connections[0]?.rttMs).to.equal(40);
    await client.close();
  });
});
