import { expect } from 'chai';
import {
  AuthError,
  type ClientEvents,
  ConnectionError,
  createClient,
  RpcClientError,
  TimeoutError,
} from '../src/index.ts';
import { converse, converseOpen, rejection } from './conversation.ts';
import { FakeClock, settle } from './fake-clock.ts';
import { FakeGateway, SESSION } from './fake-gateway.ts';

describe('opening', () => {
  it('says who is calling in the first message and tells the session', async () => {
    const { client, gateway } = converse({ auth: { type: 'apiKey', apiKey: 'csk_test_1' }, name: 'render-7' });
    const states: string[] = [];
    client.on('state', ({ to }) => states.push(to));
    const session = await client.connect();
    expect(gateway.line.received[0]?.params).to.deep.include({
      auth: { type: 'apiKey', apiKey: 'csk_test_1' },
      client: { name: 'render-7', version: '0.1.0' },
      capabilities: { events: true, coalesce: true, resume: true },
    });
    expect(session).to.deep.include({ id: 'ses_1', resumed: false, serverVersion: '0.0.1', maxInFlight: 64 });
    expect(states).to.deep.equal(['connecting', 'ready']);
    expect(await client.connect()).to.equal(session);
    await client.close();
    expect(states.at(-1)).to.equal('closed');
  });

  it('tells the bounds of a message and the gateways of the house, and does without both', async () => {
    const told = await converseOpen({}, { gateways: ['ws://a/rpc', 7, 'ws://b/rpc'] });
    const session = await told.client.connect();
    expect(session.gateways).to.deep.equal(['ws://a/rpc', 'ws://b/rpc']);
    expect(session).to.include({ maxDepth: 64, maxArrayItems: 10_000 });
    await told.client.close();
    const silent = await converseOpen({}, { gateways: 'none', limits: { maxPayloadBytes: 1_000, maxBatch: 1 } });
    const bare = await silent.client.connect();
    expect(bare.gateways).to.deep.equal([]);
    expect(bare).to.include({ maxDepth: Infinity, maxArrayItems: Infinity });
    await silent.client.close();
  });

  it('leaves the credential to a transport that shows it at the upgrade', async () => {
    const { client, gateway } = converse({ auth: { type: 'apiKey', apiKey: 'k' } }, new FakeGateway(true));
    await client.connect();
    expect(gateway.line.credential).to.deep.equal({ type: 'apiKey', apiKey: 'k' });
    expect(gateway.line.received[0]?.params).to.not.have.property('auth');
    await client.close();
  });

  it('rejects when nobody listens, and goes on dialling', async () => {
    const { client, gateway, clock } = converse();
    gateway.down = true;
    const error = await rejection(client.connect());
    expect(error)
      .to.be.instanceOf(ConnectionError)
      .and.include({ code: 'CONNECT_FAILED', closeCode: 1006, retryable: true });
    expect(client.state).to.equal('reconnecting');
    gateway.down = false;
    await clock.advance(100);
    expect(client.state).to.equal('ready');
    await client.close();
  });

  it('asking again cuts the pause short', async () => {
    const { client, gateway } = converse();
    gateway.down = true;
    await rejection(client.connect());
    gateway.down = false;
    await client.connect();
    expect(client.state).to.equal('ready');
    await client.close();
  });

  it('gives up after the time for connecting, with a socket that opened and said nothing', async () => {
    const { client, gateway, clock } = converse({ timeouts: { connect: 3_000 }, reconnect: false });
    gateway.handlers['session/open'] = () => undefined;
    const failed = rejection(client.connect());
    await clock.advance(3_000);
    expect(await failed)
      .to.be.instanceOf(TimeoutError)
      .and.include({ phase: 'connect' });
    expect(gateway.line.closedByClient?.code).to.equal(4408);
    expect(client.state).to.equal('closed');
    expect(clock.pending).to.equal(0);
  });

  it('stops at a refused key and gives that reason to every call', async () => {
    const { client, gateway, clock } = converse({ auth: { type: 'apiKey', apiKey: 'wrong' } });
    gateway.handlers['session/open'] = (_params, request, line) => {
      line.fail(request.id, 4010, { name: 'UNAUTHENTICATED', retryable: false });
      return undefined;
    };
    const waiting = rejection(client.call('a', {}));
    expect(await rejection(client.connect()))
      .to.be.instanceOf(AuthError)
      .and.include({ code: 'AUTH', wireCode: 4010 });
    expect(await waiting).to.be.instanceOf(AuthError);
    expect(await rejection(client.call('b', {}))).to.be.instanceOf(AuthError);
    await clock.advance(60_000);
    expect(gateway.lines).to.have.length(1);
    expect(client.state).to.equal('closed');
  });

  for (const [code, name, want] of [
    [4401, 'AuthError', 'AUTH'],
    [4403, 'AuthError', 'FORBIDDEN'],
    [4406, 'RpcClientError', 'PROTOCOL'],
    [4400, 'RpcClientError', 'PROTOCOL'],
    [4409, 'ConnectionError', 'CLOSED'],
  ] as const) {
    it(`does not dial again after close code ${code}`, async () => {
      const { client, gateway, clock } = await converseOpen();
      gateway.line.drop(code, 'because');
      expect(client.state).to.equal('closed');
      await clock.advance(60_000);
      expect(gateway.lines).to.have.length(1);
      const error = await rejection(client.connect());
      expect(error).to.include({ name, code: want });
      expect(String(error)).to.contain('because');
    });
  }

  it('tells what is no gateway from one', async () => {
    for (const answer of [
      { hello: 1 },
      { ...SESSION, window: { maxInFlight: 0 } },
      { ...SESSION, principal: null },
      7,
    ]) {
      const { client, gateway } = converse();
      gateway.handlers['session/open'] = () => answer;
      expect(await rejection(client.connect())).to.include({ code: 'PROTOCOL' });
      expect(client.state).to.equal('closed');
    }
    const { client, gateway } = converse();
    gateway.handlers['session/open'] = (_params, _request, line) => {
      line.say('<html>');
      return undefined;
    };
    expect(await rejection(client.connect())).to.include({ code: 'PROTOCOL' });
  });

  it('an abort ends the wait and leaves the client', async () => {
    const { client, gateway } = converse();
    gateway.handlers['session/open'] = () => undefined;
    const abort = new AbortController();
    const failed = rejection(client.connect({ signal: abort.signal }));
    abort.abort('no patience');
    expect(await failed).to.include({ code: 'CANCELLED' });
    expect(client.state).to.equal('connecting');
    expect(await rejection(client.connect({ signal: abort.signal }))).to.include({ code: 'CANCELLED' });
    await client.close();
  });

  it('closes with the signal it was made with', async () => {
    const abort = new AbortController();
    const { client } = await converseOpen({ signal: abort.signal });
    abort.abort();
    expect(client.state).to.equal('closed');
    const late = converse({ signal: abort.signal });
    expect(late.client.state).to.equal('closed');
  });
});

describe('the key', () => {
  it('is asked for at every dial, and once more when a good one is refused later', async () => {
    const keys = ['old', 'new', 'newer'];
    const { client, gateway, clock } = converse({ auth: { type: 'apiKey', apiKey: () => keys.shift() ?? 'none' } });
    await client.connect();
    gateway.line.drop(4401, 'expired');
    await clock.advance(100);
    expect(client.state).to.equal('ready');
    expect(gateway.lines.map((line) => line.credential)).to.deep.equal([
      { type: 'apiKey', apiKey: 'old' },
      { type: 'apiKey', apiKey: 'new' },
    ]);
    gateway.handlers['session/open'] = (_params, _request, line) => {
      queueMicrotask(() => line.drop(4401, 'revoked'));
      return undefined;
    };
    gateway.line.drop(4401, 'expired');
    await clock.advance(60_000);
    expect(client.state).to.equal('closed');
    expect(gateway.lines).to.have.length(3);
  });

  it('a function that fails is a failed dial, not the end', async () => {
    let broken = true;
    const apiKey = async (): Promise<string> => {
      if (broken) throw new Error('vault is sealed');
      return 'k';
    };
    const { client, clock } = converse({ auth: { type: 'apiKey', apiKey } });
    const error = await rejection(client.connect());
    expect(error)
      .to.include({ code: 'CONNECT_FAILED', retryable: true })
      .with.nested.property('cause.message', 'vault is sealed');
    broken = false;
    await clock.advance(100);
    expect(client.state).to.equal('ready');
    await client.close();
  });
});

describe('a lost connection', () => {
  it('is dialled again at once, then with growing pauses, and tells how often and why', async () => {
    const { client, gateway, clock } = await converseOpen();
    await clock.advance(5_000);
    const told: ClientEvents['reconnecting'][] = [];
    const lost: ClientEvents['disconnect'][] = [];
    client.on('reconnecting', (event) => told.push(event));
    client.on('disconnect', (event) => lost.push(event));
    gateway.down = true;
    gateway.line.drop(1006);
    await clock.advance(120_000);
    expect(lost).to.deep.equal([{ code: 1006, reason: '', pending: 0, connection: 'c1' }]);
    // Randomness is one half: 100/2, then 250·2ⁿ/2, at most 30,000/2.
    expect(told.slice(0, 5).map(({ delayMs }) => delayMs)).to.deep.equal([50, 500, 1_000, 2_000, 4_000]);
    expect(told.slice(-1)[0]).to.include({ delayMs: 15_000 });
    expect(told.slice(-1)[0]?.cause).to.include({ code: 'CONNECT_FAILED' });
    gateway.down = false;
    while (client.state !== 'ready') await clock.advance(100);
    const attempts = told.length;
    gateway.line.drop(1006);
    expect(told.at(-1)).to.include({ attempt: attempts + 1, delayMs: 15_000 });
    await clock.advance(60_000);
    gateway.line.drop(1006);
    expect(told.at(-1)).to.include({ attempt: 1, delayMs: 50 });
    await client.close();
    expect(clock.pending).to.equal(0);
  });

  it('is left alone for longer when the server says it is overloaded', async () => {
    const { client, gateway } = await converseOpen();
    const delays: number[] = [];
    client.on('reconnecting', ({ delayMs }) => delays.push(delayMs));
    gateway.line.drop(1013, 'shed');
    expect(delays).to.deep.equal([250]);
    await client.close();
  });

  it('obeys retryAfterMs of a refused opening', async () => {
    const { client, gateway } = converse();
    gateway.handlers['session/open'] = (_params, request, line) => {
      line.fail(request.id, 4290, { retryable: true, retryAfterMs: 9_000 });
      return undefined;
    };
    const delays: number[] = [];
    client.on('reconnecting', ({ delayMs }) => delays.push(delayMs));
    expect(await rejection(client.connect())).to.include({ code: 'RATE_LIMITED' });
    expect(delays).to.deep.equal([9_000]);
    await client.close();
  });

  it('ends the client when reconnecting is off', async () => {
    const { client, gateway, clock } = await converseOpen({ reconnect: false });
    const open = rejection(client.call('a', {}));
    await settle();
    gateway.line.drop(1006);
    expect(client.state).to.equal('closed');
    expect(await open).to.include({ code: 'CONNECTION_LOST', maybeExecuted: true });
    expect(clock.pending).to.equal(0);
  });

  it('gives up after as many attempts as were allowed', async () => {
    const { client, gateway, clock } = await converseOpen({ reconnect: { maxAttempts: 2, maxMs: 10 } });
    gateway.down = true;
    gateway.line.drop(1006);
    await clock.advance(1_000);
    expect(client.state).to.equal('closed');
    expect(gateway.lines).to.have.length(3);
    expect(await rejection(client.call('a', {}))).to.include({ code: 'CONNECT_FAILED' });
  });

  it('asks the application whether to go on', async () => {
    const asked: unknown[] = [];
    const shouldReconnect = (close: { code: number; reason: string; attempt: number }): boolean => {
      asked.push(close);
      return close.code !== 1012;
    };
    const { client, gateway, clock } = await converseOpen({ reconnect: { shouldReconnect } });
    gateway.line.drop(1006);
    await clock.advance(100);
    gateway.line.drop(1012, 'restart');
    expect(client.state).to.equal('closed');
    expect(asked).to.deep.equal([
      { code: 1006, reason: '', attempt: 1 },
      { code: 1012, reason: 'restart', attempt: 2 },
    ]);
  });

  it('leaves nothing behind when a listener closes the client in the middle of it', async () => {
    for (const event of ['state', 'disconnect', 'reconnecting', 'ready'] as const) {
      const { client, gateway, clock } = converse();
      await client.connect();
      let closing: Promise<void> | undefined;
      client.on(event, () => {
        closing ??= client.close();
      });
      gateway.line.drop(1006);
      await clock.advance(1_000);
      await closing;
      expect(client.state).to.equal('closed');
      expect(clock.pending, event).to.equal(0);
    }
  });
});

describe('silence', () => {
  it('is answered by a question, and a peer that stays silent is left', async () => {
    const { client, gateway, clock } = await converseOpen();
    const first = gateway.line;
    await clock.advance(25_000);
    expect(first.requests('ping')).to.have.length(1);
    await clock.advance(25_000);
    expect(first.requests('ping')).to.have.length(2);
    first.stall();
    await clock.advance(35_000 - 1);
    expect(client.state).to.equal('ready');
    await clock.advance(1);
    expect(client.state).to.equal('reconnecting');
    expect(first.closedByClient?.code).to.equal(4408);
    await clock.advance(100);
    expect(client.state).to.equal('ready');
    await client.close();
  });

  it('is no reason to ask while messages come in', async () => {
    const { client, gateway, clock } = await converseOpen();
    for (let at = 0; at < 10; at++) {
      await clock.advance(20_000);
      gateway.line.notify('notifications/other', {});
    }
    expect(gateway.line.requests('ping')).to.have.length(0);
    await client.close();
  });

  it('any message in time saves the connection, not only the answer', async () => {
    const { client, gateway, clock } = await converseOpen({
      keepalive: { intervalMs: 1_000 },
      timeouts: { pong: 500 },
    });
    delete gateway.handlers.ping;
    await clock.advance(1_400);
    gateway.line.notify('notifications/other', {});
    await clock.advance(1_000);
    expect(client.state).to.equal('ready');
    await clock.advance(500);
    expect(client.state).to.equal('reconnecting');
    await client.close();
  });
});

describe('a platform that refuses to dial', () => {
  it('is an error that says so, not a wait', async () => {
    const transport = {
      sendsCredential: false,
      connect: () => {
        throw new SyntaxError('blocked by policy');
      },
    };
    const clock = new FakeClock();
    const client = createClient({ url: 'ws://x/rpc' }, { transport, clock });
    const error = await rejection(client.connect());
    expect(error).to.satisfy(RpcClientError.is).and.include({ code: 'CONNECT_FAILED', retryable: false });
    expect(client.state).to.equal('closed');
    expect(clock.pending).to.equal(0);
  });
});
