import { expect } from 'chai';
import { createClient, type LifeListener } from '../src/index.ts';
import { FakeClock, settle } from './fake-clock.ts';
import { FakeGateway } from './fake-gateway.ts';

/** A client whose platform says what it goes through. */
async function living() {
  const gateway = new FakeGateway();
  gateway.resumes = true;
  const clock = new FakeClock();
  let hears: LifeListener | undefined;
  let left = 0;
  const life = {
    listen: (listener: LifeListener) => {
      hears = listener;
      return () => {
        left += 1;
      };
    },
  };
  const client = createClient(
    { url: 'ws://gateway.test/rpc', retry: false },
    { transport: gateway.transport, clock, random: () => 0.5, life },
  );
  await client.connect();
  return {
    client,
    gateway,
    clock,
    left: () => left,
    wake: () => hears?.wake(),
    sleep: () => hears?.sleep(),
  };
}

describe('a client whose platform wakes up', () => {
  it('dials at once instead of waiting for the next try', async () => {
    const { client, gateway, clock, wake } = await living();
    gateway.down = true;
    gateway.drop();
    await clock.advance(20_000);
    const tries = gateway.lines.length;
    gateway.down = false;
    wake();
    await settle();
    expect(gateway.lines.length).to.equal(tries + 1);
    expect(client.state).to.equal('ready');
    await client.close();
  });

  it('asks whether its connection still stands, and gives one that does not up within a second', async () => {
    const { client, gateway, clock, wake } = await living();
    gateway.line.stall();
    wake();
    await clock.advance(999);
    expect(client.state).to.equal('ready');
    await clock.advance(1);
    expect(client.state).to.equal('reconnecting');
    await clock.advance(100);
    expect(client.state).to.equal('ready');
    await client.close();
  });

  it('dials anew when a dial has been under way for a while, and not when it has only begun', async () => {
    const { client, gateway, clock, wake } = await living();
    gateway.handlers['session/open'] = () => undefined;
    gateway.drop();
    await clock.advance(100);
    wake();
    await settle();
    expect(gateway.lines).to.have.length(2);
    await clock.advance(1_000);
    wake();
    await settle();
    expect(gateway.lines).to.have.length(3);
    expect(gateway.lines[1]?.open).to.equal(false);
    const { lines } = gateway;
    gateway.line.answer('open', gateway.open({ capabilities: {} }, gateway.line));
    await settle();
    expect(client.state).to.equal('ready');
    expect(lines.filter(({ open }) => open)).to.have.length(1);
    await client.close();
    expect(clock.pending).to.equal(0);
  });

  it('keeps a connection that answers', async () => {
    const { client, gateway, clock, wake } = await living();
    wake();
    await clock.advance(5_000);
    expect(gateway.lines).to.have.length(1);
    expect(gateway.line.requests('ping')).to.have.length(1);
    await client.close();
  });

  it('lets go of its socket when it is put away, and comes back to its session', async () => {
    const { client, gateway, clock, wake, sleep } = await living();
    gateway.handlers['tools/call'] = () => undefined;
    const call = client.call('work', {});
    await settle();
    const { session } = gateway.line;
    sleep();
    await clock.advance(20_000);
    expect(gateway.lines, 'nobody dials in its sleep').to.have.length(1);
    expect(gateway.line.closedByClient?.code).to.equal(4000);
    session.say(JSON.stringify({ jsonrpc: '2.0', id: 1, result: { structuredContent: 'done' } }));
    wake();
    await settle();
    expect(await call).to.equal('done');
    expect(gateway.lines).to.have.length(2);
    await client.close();
  });

  it('is not listened to any more when the client is closed', async () => {
    const { client, clock, left } = await living();
    await client.close();
    expect(left()).to.equal(1);
    expect(clock.pending).to.equal(0);
  });
});
