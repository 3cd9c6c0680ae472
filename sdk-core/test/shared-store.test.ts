import { expect } from 'chai';
import { type CacheStore, type Client, type ClientOptions, createClient } from '../src/index.ts';
import { lruStore } from '../src/layers/lru-store.ts';
import { FakeClock, settle } from './fake-clock.ts';
import { FakeGateway } from './fake-gateway.ts';

const TOOLS = [{ name: 'idem', annotations: { idempotentHint: true, cacheTtlMs: 60_000 } }] as never;

describe('a store of answers that several clients share', () => {
  let store: CacheStore;
  let keys: string[];
  const clients: Client[] = [];

  beforeEach(() => {
    const kept = lruStore(500, 1_000_000);
    keys = [];
    store = {
      get: (key) => kept.get(key),
      delete: (prefix, tag) => kept.delete(prefix, tag),
      set: (key, entry) => {
        keys.push(key);
        return kept.set(key, entry);
      },
    };
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close();
  });

  /** What a client with these addresses gets, where every gateway calls itself and its caller the same, and answers with its own host. */
  const answer = async (url: ClientOptions['url'], person = 'key_1'): Promise<unknown> => {
    const gateway = new FakeGateway();
    gateway.facts = { principal: { id: person, role: 'admin', scopes: [] } };
    gateway.handlers['tools/list'] = () => ({ tools: TOOLS });
    gateway.handlers['tools/call'] = (_params, _request, line) => ({ structuredContent: new URL(line.url).host });
    const { transport } = gateway;
    const client = createClient({ url, cache: { store }, retry: false }, { transport, clock: new FakeClock() });
    clients.push(client);
    await client.connect();
    await client.catalog();
    const { value, cache } = (await client.call('idem', {}).settled()) as { value: unknown; cache: string };
    await settle();
    return `${cache} ${value}`;
  };

  it('gives nobody what another gateway answered', async () => {
    expect(await answer('ws://a.test/rpc')).to.equal('miss a.test');
    expect(await answer('ws://b.test/rpc')).to.equal('miss b.test');
    expect(await answer('ws://a.test/other/rpc')).to.equal('miss a.test');
    expect(await answer('ws://b.test/rpc')).to.equal('hit b.test');
    expect(await answer(() => 'ws://b.test/rpc')).to.equal('hit b.test');
    expect(await answer('ws://b.test/rpc', 'key_2')).to.equal('miss b.test');
  });

  it('takes the addresses of one house for one, in whatever order', async () => {
    expect(await answer(['ws://a.test/rpc', 'ws://b.test/rpc'])).to.equal('miss a.test');
    expect(await answer(['ws://b.test/rpc', 'ws://a.test/rpc'])).to.equal('hit a.test');
    expect(await answer(['ws://b.test/rpc', 'ws://c.test/rpc'])).to.equal('miss b.test');
  });

  it('is not told what an address says behind its path', async () => {
    expect(await answer('ws://a.test/rpc?token=s3cret')).to.equal('miss a.test');
    expect(await answer('ws://a.test/rpc')).to.equal('hit a.test');
    expect(keys.join()).to.contain('a.test/rpc').and.not.contain('s3cret');
  });
});
