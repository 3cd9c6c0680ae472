import type { JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import { type ProvideOptions, type Provider, provide } from '../../src/index.ts';
import { followable, sameGateway } from '../../src/provide/follow.ts';
import { deferred, FakeHouse, type Stage, settle, stage, transportTo } from './fake-house.ts';

const A = 'ws://a.test/rpc';
const B = 'ws://b.test/rpc';
const C = 'ws://c.test/rpc';

describe('a worker with several gateways', () => {
  let on: Stage;
  let houses: Record<string, FakeHouse>;
  let provider: Provider;
  let gates: ReturnType<typeof deferred>[];
  const tools: ProvideOptions['tools'] = {
    wait: {
      description: 'Waits for the test',
      run: () => {
        const gate = deferred();
        gates.push(gate);
        return gate.promise;
      },
    },
  };

  beforeEach(() => {
    gates = [];
    on = stage();
    houses = { [A]: new FakeHouse(), [B]: new FakeHouse(), [C]: new FakeHouse() };
  });
  afterEach(async () => {
    for (const gate of gates) gate.resolve(null);
    const closed = provider.close();
    await on.clock.advance(0);
    await closed;
    expect(on.clock.pending, 'timers left').to.equal(0);
  });

  const start = async (options: Partial<ProvideOptions>): Promise<void> => {
    provider = await provide({ tools, slots: 2, ...options }, { ...on.platform, transport: transportTo(houses) });
    await settle();
  };
  const at = (url: string): FakeHouse => houses[url] as FakeHouse;
  const dialled = (): string[] => provider.gateways.map(({ url }) => url);
  const lines = (url: string): number => at(url).gateway.lines.length;

  it('registers at each of them, with one instance and growing epochs', async () => {
    await start({ url: [A, B] });
    expect(provider.gateways.map(({ url, state }) => [url, state])).to.deep.equal([
      [A, 'registered'],
      [B, 'registered'],
    ]);
    const workers = [A, B].map((url) => at(url).registrations()[0]?.worker as JsonObject);
    expect(workers[0]?.instanceId).to.equal(workers[1]?.instanceId);
    expect(workers.map(({ epoch }) => epoch)).to.deep.equal([1, 2]);
  });

  it('never runs more than its slots, whoever sends the calls', async () => {
    await start({ url: [A, B] });
    const here = at(A).call('wait');
    const there = at(B).call('wait');
    const beyond = at(B).call('wait');
    await settle();
    expect(at(B).error(beyond).code).to.equal(5030);
    expect(gates).to.have.length(2);
    for (const gate of gates) gate.resolve(1);
    await settle();
    expect([at(A).answer(here), at(B).answer(there)]).to.have.length(2);
  });

  it('goes on at one while the other is away', async () => {
    await start({ url: [A, B] });
    at(A).gateway.down = true;
    at(A).line.drop();
    await on.clock.advance(500);
    expect(provider.gateways.map(({ state }) => state)).to.deep.equal(['lost', 'registered']);
    const id = at(B).call('wait');
    await settle();
    gates[0]?.resolve('b');
    await settle();
    expect(at(B).answer(id).result).to.deep.equal({ structuredContent: 'b' });
  });

  it('tells no gateway of one application about the calls of another', async () => {
    await start({ url: [A, B] });
    at(A).call('wait');
    await settle();
    at(B).line.drop();
    await on.clock.advance(200);
    expect(at(B).registrations()[1]?.holds).to.deep.equal([]);
  });

  it('dials the further gateways it is told of', async () => {
    at(A).gateways = [A, B, C];
    at(B).gateways = [B, A, C];
    await start({ url: A });
    expect(dialled()).to.deep.equal([A, B, C]);
    expect([A, B, C].map(lines)).to.deep.equal([1, 1, 1]);
    expect(provider.gateways.map(({ state }) => state)).to.deep.equal(Array(3).fill('registered'));
  });

  it('does not when it is told not to', async () => {
    at(A).gateways = [A, B];
    await start({ url: A, followGateways: false });
    expect(dialled()).to.deep.equal([A]);
  });

  it('does not dial the same gateway under a second name', async () => {
    houses['ws://balancer.test/rpc'] = at(A);
    at(A).gateways = [A, B];
    at(B).gateways = [B, A];
    await start({ url: 'ws://balancer.test/rpc' });
    expect(dialled()).to.deep.equal(['ws://balancer.test/rpc', B]);
    expect(lines(A)).to.equal(1);
  });

  it('leaves the older of two addresses that turn out to be one gateway', async () => {
    houses['ws://alias.test/rpc'] = at(A);
    await start({ url: [A, 'ws://alias.test/rpc'] });
    await on.clock.advance(60_000);
    expect(dialled()).to.deep.equal(['ws://alias.test/rpc']);
    expect(lines(A)).to.equal(2);
    expect(on.logged.join()).to.contain('two addresses lead to the same gateway');
  });

  it('forgets a gateway it was told of when that is gone and nobody speaks of it any more', async () => {
    at(A).gateways = [A, B];
    await start({ url: A });
    at(B).gateway.down = true;
    at(B).line.drop();
    at(A).gateways = [A];
    at(A).line.drop();
    await on.clock.advance(200);
    expect(dialled()).to.deep.equal([A]);
    await on.clock.advance(100_000);
    expect(lines(B)).to.be.lessThan(4);
  });

  it('gives a call of a lost gateway to another of its house that wants it', async () => {
    at(A).gateways = [A, B];
    await start({ url: A });
    const job = { job: { id: 'job_1', attempt: 1 } };
    const id = at(A).call('wait', {}, job);
    await settle();
    at(A).gateway.down = true;
    at(A).line.drop();
    await settle();
    at(B).wanted = [id];
    at(B).line.drop();
    await on.clock.advance(200);
    expect(at(B).registrations()[1]?.holds).to.deep.equal([{ id, ...job }]);
    gates[0]?.resolve('moved');
    await settle();
    expect(at(B).answer(id).result).to.deep.equal({ structuredContent: 'moved' });
  });

  it('does not let one gateway stop what belongs to another of its house', async () => {
    at(A).gateways = [A, B];
    await start({ url: A });
    const id = at(A).call('wait');
    await settle();
    at(B).line.drop();
    await on.clock.advance(200);
    gates[0]?.resolve('mine');
    await settle();
    expect(at(A).answer(id).result).to.deep.equal({ structuredContent: 'mine' });
  });

  it('follows at most 64 addresses', async () => {
    at(A).gateways = [A, ...Array.from({ length: 200 }, (_, n) => `ws://n${n}.test/rpc`)];
    await start({ url: A });
    expect(dialled()).to.have.length(65);
  });
});

describe('the address of a further gateway', () => {
  for (const [told, teller, expected] of [
    ['ws://b.test', 'ws://a.test/rpc', 'ws://b.test/rpc'],
    ['wss://b.test/rpc', 'wss://a.test/rpc', 'wss://b.test/rpc'],
    ['ws://b.test/rpc', 'wss://a.test/rpc', undefined],
    ['ws://127.0.0.1:8081/rpc', 'ws://a.test/rpc', undefined],
    ['ws://[::1]:8081/rpc', 'ws://a.test/rpc', undefined],
    ['ws://127.0.0.1:8082/rpc', 'ws://localhost:8081/rpc', 'ws://127.0.0.1:8082/rpc'],
    ['ws://0.0.0.0:8081/rpc', 'ws://a.test/rpc', undefined],
    ['http://b.test/rpc', 'ws://a.test/rpc', undefined],
    ['ws://user:pw@b.test/rpc', 'ws://a.test/rpc', undefined],
    ['nonsense', 'ws://a.test/rpc', undefined],
  ] as const) {
    it(`"${told}", told by "${teller}", is ${expected === undefined ? 'not dialled' : 'dialled'}`, () => {
      expect(followable(told, teller)).to.equal(expected);
    });
  }

  it('is one, under all names of this machine', () => {
    expect(sameGateway('ws://localhost:1/rpc', 'ws://127.0.0.1:1/rpc')).to.equal(true);
    expect(sameGateway('ws://[::1]:1/rpc', 'ws://127.0.0.1:1/rpc')).to.equal(true);
    expect(sameGateway('ws://127.0.0.1:2/rpc', 'ws://127.0.0.1:1/rpc')).to.equal(false);
  });
});
