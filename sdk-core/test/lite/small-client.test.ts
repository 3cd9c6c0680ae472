import { expect } from 'chai';
import fc from 'fast-check';
import { RpcClientError } from '../../src/index.ts';
import type { LiteOptions } from '../../src/lite/lite-options.ts';
import { createClient } from '../../src/lite/small-client.ts';
import { rejection } from '../conversation.ts';
import { FakeClock, settle } from '../fake-clock.ts';
import { FakeGateway } from '../fake-gateway.ts';

type Tools = { echo: { input: { text?: string }; output: unknown } };

function talk(options: Partial<LiteOptions> = {}) {
  const gateway = new FakeGateway();
  const clock = new FakeClock();
  let wake = (): void => undefined;
  const life = {
    listen: (hears: { wake(): void }) => {
      wake = hears.wake;
      return () => {
        wake = () => undefined;
      };
    },
  };
  const client = createClient<Tools>(
    { url: 'ws://gateway.test/rpc', ...options },
    { transport: gateway.transport, clock, random: () => 0.5, life },
  );
  gateway.handlers['tools/call'] = (params) => ({ structuredContent: params.arguments ?? null });
  return { gateway, clock, client, wake: () => wake() };
}

describe('the small client', () => {
  it('dials with the first call, shows its credential, and gives the result', async () => {
    let asked = 0;
    const { client, gateway } = talk({
      name: 'shop',
      auth: {
        type: 'ticket',
        ticket: async () => {
          asked += 1;
          return 'tkt_1';
        },
      },
    });
    expect(gateway.lines).to.have.length(0);
    expect(await client.call('echo', { text: 'hi' })).to.deep.equal({ text: 'hi' });
    const [opening] = gateway.line.requests('session/open');
    expect(opening?.params.auth).to.deep.equal({ type: 'ticket', ticket: 'tkt_1' });
    expect(opening?.params.client).to.include({ name: 'shop' });
    expect(asked).to.equal(1);
    await client.close();
  });

  it('tells progress, and what is heard keeps a call alive', async () => {
    const { client, gateway, clock } = talk();
    await client.connect();
    gateway.handlers['tools/call'] = () => undefined;
    const heard: unknown[] = [];
    const call = client.call('echo', {}, { timeoutMs: 1_000, onProgress: ({ progress }) => heard.push(progress) });
    await settle();
    const [asked] = gateway.line.requests('tools/call');
    for (const progress of [0.2, 0.6]) {
      await clock.advance(900);
      gateway.line.notify('notifications/progress', { progressToken: asked?.id ?? 0, progress });
    }
    await clock.advance(900);
    gateway.line.answer(asked?.id, { structuredContent: 'done' });
    expect(await call).to.equal('done');
    expect(heard).to.deep.equal([0.2, 0.6]);
    await client.close();
    expect(clock.pending).to.equal(0);
  });

  it('ends a call that hears nothing, and tells the server', async () => {
    const { client, gateway, clock } = talk({ timeouts: { idle: 500 } });
    await client.connect();
    gateway.handlers['tools/call'] = () => undefined;
    const failed = rejection(client.call('echo', {}));
    await settle();
    await clock.advance(500);
    expect(await failed).to.include({ code: 'TIMEOUT', maybeExecuted: true });
    await settle();
    expect(gateway.line.requests('notifications/cancelled')).to.have.length(1);
    await client.close();
  });

  it('an abort rejects at once, sent or not', async () => {
    const { client, gateway } = talk();
    gateway.down = true;
    const abort = new AbortController();
    const failed = rejection(client.call('echo', {}, { signal: abort.signal }));
    abort.abort(new Error('no more'));
    expect(await failed).to.include({ code: 'CANCELLED', maybeExecuted: false });
    expect(await rejection(client.call('echo', {}, { signal: AbortSignal.abort() }))).to.include({ code: 'CANCELLED' });
    await client.close();
  });

  it('rejects with the code of the wire error and its facts', async () => {
    const { client, gateway } = talk();
    gateway.handlers['tools/call'] = (_params, { id }, line) => {
      line.fail(id, 4290, { name: 'RATE_LIMITED', retryable: true, retryAfterMs: 700, requestId: 'req_1' });
      return undefined;
    };
    const error = await rejection(client.call('echo', {}));
    expect(RpcClientError.is(error)).to.equal(true);
    expect(error).to.include({ name: 'RpcClientError', code: 'RATE_LIMITED', wireName: 'RATE_LIMITED' });
    expect(error).to.include({ retryable: true, retryAfterMs: 700, requestId: 'req_1', wireCode: 4290 });
    const waits = [3e9, -5, 'soon'];
    gateway.handlers['tools/call'] = (_params, { id }, line) => {
      line.fail(id, 4290, { retryAfterMs: waits.shift() as never });
      return undefined;
    };
    for (const kept of [2_147_483_647, 0, undefined]) {
      expect(await rejection(client.call('echo', {}))).to.have.property('retryAfterMs', kept);
    }
    await client.close();
  });

  it('sends a call again under its key, rejects others that were sent, and lets the rest wait', async () => {
    const { client, gateway, clock } = talk();
    await client.connect();
    gateway.handlers['tools/call'] = () => undefined;
    const keyed = client.call('echo', { text: 'keyed' }, { idempotencyKey: 'k' });
    const lost = rejection(client.call('echo', { text: 'lost' }));
    await settle();
    gateway.handlers['tools/call'] = (params) => ({ structuredContent: params.arguments ?? null });
    gateway.drop();
    const later = client.call('echo', { text: 'later' });
    expect(await lost).to.include({ code: 'CONNECTION_LOST', maybeExecuted: true });
    await clock.advance(100);
    expect(await Promise.all([keyed, later])).to.deep.equal([{ text: 'keyed' }, { text: 'later' }]);
    await client.close();
  });

  it('keeps to the window of the server', async () => {
    const { client, gateway } = talk();
    gateway.facts = { window: { maxInFlight: 2 } };
    await client.connect();
    gateway.handlers['tools/call'] = () => undefined;
    const calls = [1, 2, 3].map(() => client.call('echo', {}));
    await settle();
    expect(gateway.line.requests('tools/call')).to.have.length(2);
    for (const at of [0, 1, 2]) {
      gateway.line.answer(gateway.line.requests('tools/call')[at]?.id, { structuredContent: at });
      await settle();
    }
    expect(await Promise.all(calls)).to.deep.equal([0, 1, 2]);
    await client.close();
  });

  it('tells every change of its state, and why', async () => {
    const { client, gateway, clock } = talk();
    const told: string[] = [];
    const off = client.on('state', ({ from, to, cause }) => told.push(`${from} ${to} ${cause?.code ?? ''}`.trim()));
    await client.connect();
    gateway.drop(1006);
    await clock.advance(100);
    await client.close();
    off();
    expect(told).to.deep.equal([
      'idle connecting',
      'connecting ready',
      'ready reconnecting CONNECTION_LOST',
      'reconnecting ready',
      'ready closed CLOSED',
    ]);
  });

  it('ends when the gateway refuses it for good, and tries again when it may', async () => {
    const { client, gateway, clock } = talk();
    gateway.handlers['session/open'] = (_params, { id }, line) => {
      line.fail(id, 5030, { retryable: true });
      return undefined;
    };
    expect(await rejection(client.connect())).to.include({ code: 'OVERLOADED' });
    gateway.handlers['session/open'] = (_params, { id }, line) => {
      line.fail(id, 4010, { retryable: false });
      return undefined;
    };
    const call = rejection(client.call('echo', {}));
    await clock.advance(60_000);
    expect(await call).to.include({ code: 'AUTH' });
    expect(client.state).to.equal('closed');
    expect(await rejection(client.connect())).to.include({ code: 'AUTH' });
    expect(clock.pending).to.equal(0);
  });

  it('reads the close codes of the protocol', async () => {
    for (const [code, name] of [
      [4401, 'AUTH'],
      [4403, 'FORBIDDEN'],
      [4406, 'PROTOCOL'],
      [4409, 'CLOSED'],
    ] as const) {
      const { client, gateway } = talk();
      await client.connect();
      gateway.drop(code, 'because');
      expect(client.state).to.equal('closed');
      expect(await rejection(client.call('echo', {}))).to.include({ code: name });
    }
  });

  it('notices a gateway that went silent, and goes on at once when the network is back', async () => {
    const { client, gateway, clock, wake } = talk();
    await client.connect();
    gateway.line.stall();
    await clock.advance(60_000);
    expect(gateway.lines.length).to.be.greaterThan(1);
    expect(client.state).to.equal('ready');
    gateway.line.stall();
    wake();
    await clock.advance(1_100);
    expect(client.state).to.equal('ready');
    expect(gateway.line.stalled).to.equal(false);
    gateway.down = true;
    gateway.drop();
    await clock.advance(30_000);
    gateway.down = false;
    wake();
    await settle();
    expect(client.state).to.equal('ready');
    await client.close();
    expect(clock.pending).to.equal(0);
  });

  it('gives up a dial that opens no session in time', async () => {
    const { client, gateway, clock } = talk({ timeouts: { connect: 1_000 } });
    gateway.handlers['session/open'] = () => undefined;
    const failed = rejection(client.connect());
    await clock.advance(1_000);
    expect(await failed).to.include({ code: 'TIMEOUT' });
    expect(client.state).to.equal('reconnecting');
    await client.close();
    expect(clock.pending).to.equal(0);
  });

  it('closes with its signal, while a credential is fetched, and twice', async () => {
    const abort = new AbortController();
    let give = (_ticket: string): void => undefined;
    const { client, gateway } = talk({
      signal: abort.signal,
      auth: {
        type: 'ticket',
        ticket: () =>
          new Promise((resolve) => {
            give = resolve;
          }),
      },
    });
    const call = rejection(client.call('echo', {}));
    abort.abort();
    expect(await call).to.include({ code: 'CLOSED' });
    give('late');
    await settle();
    expect(gateway.lines).to.have.length(0);
    await client.close();
  });

  it('goes on when a credential function fails', async () => {
    let fails = true;
    const { client, clock } = talk({
      auth: {
        type: 'apiKey',
        apiKey: () => {
          if (fails) throw new Error('no key today');
          return 'k';
        },
      },
    });
    expect(await rejection(client.connect())).to.include({ code: 'CONNECT_FAILED', retryable: true });
    fails = false;
    const call = client.call('echo', {});
    await clock.advance(1_000);
    expect(await call).to.deep.equal({});
    await client.close();
  });

  it('refuses options and arguments it does not know', async () => {
    expect(() => talk({ url: 'https://h' })).to.throw(TypeError, 'option "url": expected an address like wss://');
    expect(() => talk({ urls: [] } as object)).to.throw(TypeError, 'there is no option "urls"');
    const { client } = talk();
    expect(await rejection(client.call('echo', {}, { timeoutMs: -1 }))).to.be.instanceOf(TypeError);
    expect(await rejection(client.call('echo', 7 as never))).to.be.instanceOf(TypeError);
    await client.close();
  });

  it('whatever happens, every call ends exactly once and nothing is left behind', async () => {
    const step = fc.oneof(
      fc.constant('call' as const),
      fc.constant('keyed' as const),
      fc.constant('answer' as const),
      fc.constant('drop' as const),
      fc.constant('stall' as const),
      fc.constant('outage' as const),
      fc.constant('wake' as const),
      fc.nat(30_000),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { client, gateway, clock, wake } = talk();
        const held: (() => void)[] = [];
        gateway.handlers['tools/call'] = (_params, { id }, line) => {
          held.push(() => line.answer(id, { structuredContent: null }));
          return undefined;
        };
        let begun = 0;
        let ended = 0;
        const begin = (options: object): void => {
          begun += 1;
          const end = (): void => {
            ended += 1;
          };
          client.call('echo', {}, options).then(end, end);
        };
        for (const what of steps) {
          if (typeof what === 'number') await clock.advance(what);
          else if (what === 'call') begin({});
          else if (what === 'keyed') begin({ idempotencyKey: `k${begun}` });
          else if (what === 'answer') held.shift()?.();
          else if (what === 'wake') wake();
          else if (gateway.lines.length > 0 && what === 'stall') gateway.stall();
          else if (what === 'drop') gateway.drop();
          else if (what === 'outage') gateway.down = !gateway.down;
          await settle();
        }
        gateway.down = false;
        await clock.advance(120_000);
        expect(ended).to.equal(begun);
        await client.close();
        expect(clock.pending).to.equal(0);
      }),
      { numRuns: 100 },
    );
  });
});
