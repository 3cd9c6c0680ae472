import { expect } from 'chai';
import { type ClientOptions, createClient, type Transport } from '../src/index.ts';
import { FakeClock, settle } from './fake-clock.ts';
import { FakeGateway } from './fake-gateway.ts';

const TOOLS = [
  { name: 'read', annotations: { idempotentHint: true } },
  { name: 'spend', annotations: { idempotentHint: false } },
];

/** Two gateways that answer with their name; calls go to `a` as long as there is room. */
function two(options: Partial<ClientOptions> = {}) {
  const clock = new FakeClock();
  const [a, b] = ['a', 'b'].map((name) => {
    const gateway = new FakeGateway();
    gateway.handlers['tools/list'] = () => ({ tools: TOOLS });
    gateway.handlers['tools/call'] = () => ({ structuredContent: name });
    return gateway;
  }) as [FakeGateway, FakeGateway];
  const transport: Transport = {
    sendsCredential: false,
    connect: (url, listener, credential) => (url.includes('//a') ? a : b).transport.connect(url, listener, credential),
  };
  const client = createClient(
    {
      url: ['ws://a.test/rpc', 'ws://b.test/rpc'],
      retry: false,
      pool: {
        strategy: (from) =>
          Math.max(
            0,
            from.findIndex(({ url }) => url.includes('//a')),
          ),
      },
      ...options,
    },
    { transport, clock, random: () => 0.5 },
  );
  return { client, clock, a, b };
}

/** What a call has given so far. */
function told(call: Promise<unknown>): () => unknown {
  let given: unknown;
  call.then(
    (value) => {
      given = value;
    },
    (error: unknown) => {
      given = error;
    },
  );
  return () => given;
}

describe('calls of a connection that is gone', () => {
  it('go to another at once when their own was refused for good', async () => {
    const { client, a } = two();
    await client.connect();
    await settle();
    await client.catalog();
    a.handlers['tools/call'] = () => undefined;
    const result = told(client.call('read', {}));
    await settle();
    a.drop(4403, 'no');
    await settle();
    expect(result()).to.equal('b');
    await client.close();
  });

  it('hold up nobody else while they wait for their own gateway, and not for ever', async () => {
    const { client, clock, a } = two();
    await client.connect();
    await settle();
    await client.catalog();
    a.handlers['tools/call'] = () => undefined;
    const bound = told(client.call('spend', {}, { idempotencyKey: 'k' }));
    await settle();
    a.down = true;
    a.drop();
    await settle();
    await clock.advance(5_000);
    const result = told(client.call('read', {}));
    await settle();
    expect(result()).to.equal('b');
    await clock.advance(25_000);
    expect(bound()).to.include({ code: 'CONNECTION_LOST', maybeExecuted: true });
    await client.close();
    expect(clock.pending).to.equal(0);
  });

  it('are decided by a catalogue of two pages as well', async () => {
    const { client, clock, a } = two({ url: 'ws://a.test/rpc' });
    a.handlers['tools/list'] = ({ cursor }) =>
      cursor === undefined ? { tools: TOOLS.slice(0, 1), nextCursor: '2' } : { tools: TOOLS.slice(1) };
    a.handlers['tools/call'] = () => undefined;
    await client.connect();
    const result = told(client.call('read', {}));
    await settle();
    a.handlers['tools/call'] = () => ({ structuredContent: 'again' });
    a.drop();
    await clock.advance(2_000);
    expect(result()).to.equal('again');
    await client.close();
  });

  it('may have run, whatever the second try is told', async () => {
    const { client, clock, a } = two({ url: 'ws://a.test/rpc' });
    await client.connect();
    await client.catalog();
    a.handlers['tools/call'] = () => undefined;
    const result = told(client.call('read', {}));
    await settle();
    a.handlers['tools/call'] = (_params, { id }, line) => {
      line.fail(id, 4041, { name: 'TOOL_NOT_FOUND', retryable: false });
      return undefined;
    };
    a.drop();
    await clock.advance(1_000);
    expect(result()).to.include({ code: 'METHOD_NOT_FOUND', maybeExecuted: true });
    await client.close();
  });
});

describe('a call that could not be sent', () => {
  it('says why there was no connection', async () => {
    const { client, clock, a } = two({ url: 'ws://a.test/rpc' });
    a.down = true;
    const result = told(client.call('read', {}, { totalMs: 800 }));
    await clock.advance(31_000);
    const waited = told(client.call('read', {}));
    await clock.advance(31_000);
    expect(result()).to.include({ code: 'TIMEOUT', phase: 'total' });
    expect(waited()).to.nested.include({ code: 'TIMEOUT', phase: 'queue', 'cause.code': 'CONNECT_FAILED' });
    await client.close();
  });
});

describe('a client among things that throw', () => {
  it('is not harmed by progress under a token that is no number', async () => {
    const { client, a } = two({ url: 'ws://a.test/rpc' });
    await client.connect();
    a.notify('notifications/progress', { progressToken: { toString: 1, valueOf: 1 }, progress: 1 });
    expect(await client.call('read', {})).to.equal('a');
    await client.close();
  });

  it('ends, with the reason, when its shouldReconnect does', async () => {
    const thrown = new Error('own');
    const { client, a, clock } = two({
      url: 'ws://a.test/rpc',
      reconnect: {
        shouldReconnect() {
          throw thrown;
        },
      },
    });
    await client.connect();
    a.drop();
    expect(client.state).to.equal('closed');
    const refused = await client.call('read', {}).catch((error: unknown) => error);
    expect(refused).to.include({ code: 'CONNECT_FAILED', cause: thrown });
    expect(clock.pending).to.equal(0);
  });

  it('sends its calls whatever a strategy of its own gives or throws', async () => {
    for (const strategy of [
      () => {
        throw new Error('own');
      },
      () => 'length' as never,
      () => '__proto__' as never,
      () => -1,
      () => 0.5,
      () => Number.NaN,
    ]) {
      const { client } = two({ pool: { strategy } });
      await client.connect();
      await settle();
      expect(await client.call('read', {})).to.be.oneOf(['a', 'b']);
      await client.close();
    }
  });
});
