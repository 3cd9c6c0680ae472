import { expect } from 'chai';
import fc from 'fast-check';
import { type ClientOptions, createClient, type Transport } from '../src/index.ts';
import { chooser } from '../src/pool-strategies.ts';
import { FakeClock, settle } from './fake-clock.ts';
import { FakeGateway } from './fake-gateway.ts';

/** Two gateways of one house, `a` and `b`, each of which answers a call at once with its own name, unless it holds it. */
function house(options: Partial<ClientOptions> = {}, window = 64) {
  const clock = new FakeClock();
  const held: (() => void)[] = [];
  const state = { hold: false };
  const nodes = ['a', 'b'].map((name) => {
    const gateway = new FakeGateway();
    gateway.resumes = true;
    gateway.facts = { window: { maxInFlight: window } };
    gateway.handlers['tools/list'] = () => ({
      tools: [{ name: 'read', annotations: { idempotentHint: true, readOnlyHint: true, timeoutMs: 1 } }],
    });
    gateway.handlers['tools/call'] = (_params, { id }, { session }) => {
      const answer = (): void =>
        session.say(JSON.stringify({ jsonrpc: '2.0', id, result: { structuredContent: name } }));
      if (!state.hold) return { structuredContent: name };
      held.push(answer);
      return undefined;
    };
    return gateway;
  });
  const [a, b] = nodes as [FakeGateway, FakeGateway];
  const transport: Transport = {
    sendsCredential: false,
    connect: (url, listener, credential) => (url.includes('//a') ? a : b).transport.connect(url, listener, credential),
  };
  const client = createClient(
    { url: ['ws://a.test/rpc', 'ws://b.test/rpc'], retry: false, ...options },
    { transport, clock, random: () => 0.5 },
  );
  return { client, clock, a, b, held, state };
}

const tally = (results: readonly unknown[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const result of results) counts[String(result)] = (counts[String(result)] ?? 0) + 1;
  return counts;
};

describe('several connections', () => {
  it('to several addresses are opened at once, and calls are spread over them', async () => {
    const { client, state, held } = house();
    await client.connect();
    await settle();
    expect(client.stats().connections.map(({ url, state: at }) => [url, at])).to.deep.equal([
      ['ws://a.test/rpc', 'ready'],
      ['ws://b.test/rpc', 'ready'],
    ]);
    state.hold = true;
    const calls = Array.from({ length: 10 }, () => client.call('read', {}));
    await settle();
    for (const answer of held) answer();
    expect(tally(await Promise.all(calls))).to.deep.equal({ a: 5, b: 5 });
    await client.close();
    expect(client.state).to.equal('closed');
  });

  it('to one address are opened when those that are open have their hands full', async () => {
    const { client, clock, a, state, held } = house({ url: 'ws://a.test/rpc', pool: { size: 3 } }, 2);
    await client.connect();
    expect(client.stats().connections).to.have.length(1);
    state.hold = true;
    const calls = Array.from({ length: 5 }, () => client.call('read', {}));
    await settle();
    await settle();
    await settle();
    expect(client.stats().connections.map(({ inFlight }) => inFlight)).to.deep.equal([2, 2, 1]);
    for (const answer of held) answer();
    await Promise.all(calls);
    await clock.advance(60_000);
    await clock.advance(60_000);
    expect(client.stats().connections, 'what was idle for a minute is closed').to.have.length(1);
    expect(a.lines.filter(({ closedByClient }) => closedByClient?.code === 1000)).to.have.length(2);
    await client.close();
    expect(clock.pending).to.equal(0);
  });

  it('one dead node fails no call that may run twice', async () => {
    const { client, clock, a, b, state, held } = house();
    await client.connect();
    await client.catalog();
    await settle();
    state.hold = true;
    const calls = Array.from({ length: 10 }, () => client.call('read', {}));
    await settle();
    state.hold = false;
    a.down = true;
    a.drop();
    for (const answer of held.splice(0)) answer();
    await clock.advance(100);
    expect(tally(await Promise.all(calls))).to.deep.equal({ b: 10 });
    expect(client.state).to.equal('ready');
    await clock.advance(1_000);
    const more = await Promise.all(Array.from({ length: 4 }, () => client.call('read', {})));
    expect(tally(more)).to.deep.equal({ b: 4 });
    expect(b.lines.length).to.be.greaterThan(1);
    await client.close();
  });

  it('a key is known where it was used, and nowhere else', async () => {
    const { client, clock, a, b, state } = house();
    await client.connect();
    await settle();
    await client.catalog();
    state.hold = true;
    const call = client.call('write', {}, { idempotencyKey: 'once', timeoutMs: 20_000 }).settled();
    await settle();
    const [first, other] = a.line.requests('tools/call').length === 1 ? [a, b] : [b, a];
    first.down = true;
    first.restart();
    await clock.advance(19_000);
    expect(other.received.filter(({ method }) => method === 'tools/call')).to.have.length(0);
    await clock.advance(1_000);
    expect(await call).to.nested.include({ 'error.code': 'TIMEOUT', 'error.maybeExecuted': true });
    await client.close();
  });

  it('events move to another connection when theirs stays away', async () => {
    const { client, clock, a, b } = house();
    for (const gateway of [a, b]) {
      gateway.handlers['events/subscribe'] = (params) => {
        gateway.facts = { ...gateway.facts, asked: params.after ?? null };
        return { subscription: 'sub', lastSeq: 7 };
      };
    }
    await client.connect();
    await settle();
    const seen: number[] = [];
    const reading = (async () => {
      for await (const { seq } of client.subscribe('jobs/1', { fromSeq: 8 })) if (seen.push(seq) === 2) return;
    })();
    await settle();
    const tell = (gateway: FakeGateway, seq: number): void =>
      gateway.line.notify('events/event', { subscription: 'sub', topic: 'jobs/1', seq, at: '', data: {} });
    const [home, away] = a.received.some(({ method }) => method === 'events/subscribe') ? [a, b] : [b, a];
    tell(home, 8);
    await settle();
    home.down = true;
    home.drop();
    await clock.advance(1_000);
    expect(away.facts.asked).to.equal(8);
    const line = away.lines.find(
      ({ open, received }) => open && received.some(({ method }) => method === 'events/subscribe'),
    );
    line?.notify('events/event', { subscription: 'sub', topic: 'jobs/1', seq: 9, at: '', data: {} });
    await reading;
    expect(seen).to.deep.equal([8, 9]);
    await client.close();
  });

  it('one that is refused for good leaves the others alone', async () => {
    const { client, b } = house();
    b.handlers['session/open'] = (_params, { id }, line) => {
      line.fail(id, 4030, { retryable: false });
      return undefined;
    };
    await client.connect();
    await settle();
    expect(client.state).to.equal('ready');
    expect(tally(await Promise.all([client.call('read', {}), client.call('read', {})]))).to.deep.equal({ a: 2 });
    expect(client.stats().connections).to.have.length(1);
    await client.close();
  });

  it('when all are refused the client is over, with the reason', async () => {
    const { client, a, b } = house();
    for (const gateway of [a, b]) {
      gateway.handlers['session/open'] = (_params, { id }, line) => {
        line.fail(id, 4010, { retryable: false });
        return undefined;
      };
    }
    const call = client.call('read', {}).settled();
    expect(await client.connect().catch((error: unknown) => error)).to.include({ code: 'AUTH' });
    expect(await call).to.nested.include({ ok: false, 'error.code': 'AUTH' });
    expect(client.state).to.equal('closed');
  });
});

describe('one connection with several addresses', () => {
  it('goes on at the next when one cannot be reached', async () => {
    const { client, clock, a } = house({ pool: { size: 1 } });
    a.down = true;
    const call = client.call('read', {});
    await clock.advance(1_000);
    expect(await call).to.equal('b');
    await client.close();
  });
});

describe('the strategies of a pool', () => {
  const member = (id: string, inFlight: number) => ({
    id,
    inFlight,
    info: { id, url: '', state: 'ready' as const, inFlight, bufferedBytes: 0, rttMs: 0 },
  });
  const call = { method: 'tools/call', key: 'k' };

  it('least-in-flight takes the least busy, round-robin takes turns', () => {
    const members = [member('c1', 3), member('c2', 1), member('c3', 2)];
    expect(chooser('least-in-flight', Math.random)(members, call)?.id).to.equal('c2');
    const turns = chooser('round-robin', Math.random);
    expect([1, 2, 3, 4].map(() => turns(members, call)?.id)).to.deep.equal(['c1', 'c2', 'c3', 'c1']);
  });

  it('power-of-two never takes the busier of its two', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(9), { minLength: 2, maxLength: 8 }),
        fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
        (loads, stream) => {
          const drawn: number[] = [];
          const random = (): number => {
            const value = stream.next().value as number;
            drawn.push(Math.floor(value * loads.length));
            return value;
          };
          const members = loads.map((load, at) => member(`c${at}`, load));
          const chosen = chooser('power-of-two', random)(members, call);
          expect(chosen?.inFlight).to.equal(Math.min(...drawn.map((at) => loads[at] ?? Infinity)));
        },
      ),
    );
  });

  it('sticky keeps a key where it is, whoever else comes and goes, and spreads the keys', () => {
    const choose = chooser('sticky', Math.random);
    const all = ['c1', 'c2', 'c3', 'c4'].map((id) => member(id, 0));
    const counts: Record<string, number> = {};
    for (let n = 0; n < 4_000; n++) {
      const key = { method: 'tools/call', key: `key ${n}` };
      const id = choose(all, key)?.id ?? '';
      counts[id] = (counts[id] ?? 0) + 1;
      const rest = all.filter((other) => other.id === id || other.id !== 'c3');
      expect(choose(rest, key)?.id).to.equal(id);
    }
    for (const id of ['c1', 'c2', 'c3', 'c4']) expect(counts[id]).to.be.within(800, 1_200);
  });

  it('an own function sees what has room; a place that is none means the first', () => {
    const members = [member('c1', 3), member('c2', 1)];
    expect(
      chooser((connections) => connections.findIndex(({ id }) => id === 'c2'), Math.random)(members, call)?.id,
    ).to.equal('c2');
    expect(chooser(() => 99, Math.random)(members, call)?.id).to.equal('c1');
  });
});
