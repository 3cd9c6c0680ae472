import { expect } from 'chai';
import { type Client, type ClientOptions, createClient } from '../src/index.ts';
import { converse, converseOpen, rejection } from './conversation.ts';
import { settle } from './fake-clock.ts';
import { FakeGateway } from './fake-gateway.ts';

describe('client.tools', () => {
  it('makes every tool a method, the same one every time', async () => {
    const { client, gateway } = await converseOpen<{ echo: { input: { text: string }; output: { text: string } } }>();
    gateway.handlers['tools/call'] = (params) => ({ structuredContent: params.arguments ?? null });
    expect(await client.tools.echo({ text: 'hi' })).to.deep.equal({ text: 'hi' });
    expect(client.tools.echo).to.equal(client.tools.echo);
    await client.close();
  });

  it('sends {} where no arguments are given', async () => {
    const { client, gateway } = await converseOpen<{ now: { input: { zone?: string }; output: unknown } }>();
    gateway.handlers['tools/call'] = (params) => ({ structuredContent: params.arguments ?? null });
    expect(await client.tools.now()).to.deep.equal({});
    expect(await client.tools.now(undefined, { idempotencyKey: 'k' })).to.deep.equal({});
    await client.close();
  });

  it('has no member that is no tool, so that awaiting and printing it do nothing', async () => {
    const { client, gateway } = await converseOpen();
    expect(await client.tools).to.equal(client.tools);
    expect(JSON.stringify(client.tools)).to.equal('{}');
    expect(Reflect.get(client.tools, Symbol.iterator)).to.equal(undefined);
    await settle();
    expect(gateway.line.requests('tools/call')).to.have.length(0);
    await client.close();
  });
});

describe('the rest of the surface', () => {
  it('request sends any method; onProgress asks for progress', async () => {
    const { client, gateway } = await converseOpen();
    gateway.handlers['x/long'] = (_params, request, line) => {
      line.notify('notifications/progress', { progressToken: request.id ?? 0, progress: 0.5, total: 1 });
      return { fine: true };
    };
    const reports: unknown[] = [];
    expect(
      await client.request(
        'x/long',
        { a: 1, _meta: { report: true } },
        { onProgress: (report) => reports.push(report) },
      ),
    ).to.deep.equal({ fine: true });
    const [request] = gateway.line.requests('x/long');
    expect(request?.params).to.deep.equal({ a: 1, _meta: { report: true, progressToken: request?.id } });
    expect(reports).to.deep.equal([{ progress: 0.5, total: 1 }]);
    gateway.handlers['x/list'] = () => 1;
    expect(await client.request('x/list', [1, 2])).to.equal(1);
    await client.close();
  });

  it('notify sends, and says so when it cannot', async () => {
    const { client, gateway } = converse();
    expect(() => client.notify('a/b'))
      .to.throw('the client is idle')
      .and.include({ code: 'CONNECTION_LOST' });
    await client.connect();
    client.notify('a/b', { n: 1 });
    await settle();
    expect(gateway.line.requests('a/b')[0]).to.deep.equal({ id: undefined, method: 'a/b', params: { n: 1 } });
    await client.close();
    expect(() => client.notify('a/b')).to.throw('closed');
  });

  it('reads the whole catalogue, page by page, and not for ever', async () => {
    const { client, gateway } = await converseOpen();
    const tool = (name: string): object => ({ name, annotations: { idempotentHint: true, timeoutMs: 1 } });
    gateway.handlers['tools/list'] = ({ cursor }) =>
      cursor === 'p2' ? { tools: [tool('b')] as never } : { tools: [tool('a')] as never, nextCursor: 'p2' };
    expect((await client.catalog()).map(({ name }) => name)).to.deep.equal(['a', 'b']);
    gateway.handlers['tools/list'] = () => ({ tools: [], nextCursor: 'again' });
    gateway.line.notify('tools/list_changed', {});
    expect(await rejection(client.catalog())).to.include({ code: 'PROTOCOL' });
    gateway.handlers['tools/list'] = () => ({ tools: [{ noName: 1 }] });
    expect(await rejection(client.catalog())).to.include({ code: 'PROTOCOL' });
    await client.close();
  });

  it('answers a request of the server that it serves no such method', async () => {
    const { client, gateway } = await converseOpen();
    gateway.line.say(JSON.stringify({ jsonrpc: '2.0', id: 'srv-1', method: 'tools/call', params: {} }));
    await settle();
    expect(JSON.parse(gateway.line.frames.at(-1) ?? ''))
      .to.deep.include({ id: 'srv-1' })
      .with.nested.property('error.code', -32601);
    await client.close();
  });

  it('events stop when their listener is removed or its signal aborts', async () => {
    const { client, gateway } = await converseOpen();
    const heard: string[] = [];
    const abort = new AbortController();
    const off = client.on('notification', ({ method }) => heard.push(`off ${method}`));
    client.on('notification', ({ method }) => heard.push(`signal ${method}`), { signal: abort.signal });
    gateway.line.notify('n/1', {});
    off();
    abort.abort();
    client.on('notification', ({ method }) => heard.push(`never ${method}`), { signal: abort.signal });
    gateway.line.notify('n/2', {});
    expect(heard).to.deep.equal(['off n/1', 'signal n/1']);
    await client.close();
  });

  it('is disposed of by `await using`', async () => {
    const { client, gateway } = converse();
    {
      await using disposable = client;
      await disposable.connect();
    }
    expect(client.state).to.equal('closed');
    expect(gateway.line.open).to.equal(false);
  });
});

describe('arguments that are none', () => {
  const odd: readonly unknown[] = [null, 0, Number.NaN, '', true, [], {}, () => undefined, Symbol('s'), 10n];
  const but = (...fine: readonly ((value: unknown) => boolean)[]): readonly unknown[] =>
    odd.filter((value) => !fine.some((isFine) => isFine(value)));
  const isFunction = (value: unknown): boolean => typeof value === 'function';
  const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;
  const isOptions = (value: unknown): boolean => isObject(value) && !Array.isArray(value);

  const doors: readonly [string, readonly unknown[], string, (client: Client, value: never) => unknown][] = [
    ['on, the event', odd, 'option "event": expected one of state,', (client, value) => client.on(value, () => 1)],
    ['on, the listener', but(isFunction), 'option "listener": expected', (client, value) => client.on('state', value)],
    ['on, the options', but(isOptions), 'option "options"', (client, value) => client.on('state', () => 1, value)],
    ['request, the method', odd, 'option "method": expected a text', (client, value) => client.request(value)],
    ['request, the parameters', but(isObject), 'option "params"', (client, value) => client.request('ping', value)],
    ['request, the options', but(isOptions), 'expected an object', (client, value) => client.request('x', {}, value)],
    ['notify, the method', odd, 'option "method": expected a text', (client, value) => client.notify(value)],
    [
      'notify, the parameters',
      but(isObject),
      'option "params": expected',
      (client, value) => client.notify('x', value),
    ],
    ['subscribe, the topic', odd, 'option "topic": expected a text', (client, value) => client.subscribe(value)],
    ['subscribe, the options', but(isOptions), 'option "options"', (client, value) => client.subscribe('jobs', value)],
    ['job, the id', odd, 'option "id": expected a text', (client, value) => client.job(value)],
    ['batch, the items', but(Array.isArray), 'option "items": expected a list', (client, value) => client.batch(value)],
    ['batch, the options', but(isOptions), 'option "options": expected', (client, value) => client.batch([], value)],
  ];
  for (const [what, values, sentence, give] of doors) {
    it(`are refused by name: ${what}`, async () => {
      const { client, gateway } = await converseOpen();
      for (const value of values) {
        expect(() => give(client, value as never), String(value)).to.throw(TypeError, sentence);
      }
      await settle();
      expect(gateway.line.received).to.have.length(1);
      await client.close();
    });
  }

  it('are refused by name: submit, the options', async () => {
    const { client } = await converseOpen();
    for (const value of but(isOptions)) {
      expect(String(await rejection(client.submit('echo', {}, value as never)))).to.contain('expected an object');
    }
    expect(String(await rejection(client.submit(Symbol('s') as never, {})))).to.contain('expected a text');
    await client.close();
  });

  it('are refused by name: parameters of a notification that no message can carry', async () => {
    const { client } = await converseOpen();
    expect(() => client.notify('x', { a: 10n } as never))
      .to.throw('Cannot send "x" with these parameters')
      .and.include({ code: 'INVALID_PARAMS', name: 'ValidationError' });
    await client.close();
  });

  it('are refused by name: a signal that nobody can listen to', async () => {
    const { client } = await converseOpen();
    for (const signal of [{ aborted: false }, { aborted: true }, { addEventListener: () => 1 }] as never[]) {
      for (const give of [() => client.call('x', {}, { signal }), () => client.on('state', () => 1, { signal })]) {
        expect(give).to.throw(TypeError, 'option "signal": expected an AbortSignal, got an object');
      }
    }
    await client.close();
  });
});

describe('the options of a client', () => {
  const platform = { transport: new FakeGateway().transport };
  const refused: [string, object, string][] = [
    [
      'an unknown option',
      { url: 'ws://h/rpc', retries: {} },
      'there is no option "retries"; the options are url, auth',
    ],
    [
      'an unknown option inside',
      { url: 'ws://h/rpc', timeouts: { call: 1 } },
      'option "timeouts": there is no option "call"',
    ],
    ['no address', {}, 'option "url": expected an address like wss://media.example.com/rpc'],
    ['a web address', { url: 'https://h' }, 'expected an address like wss://'],
    ['a password in the address', { url: 'ws://me:secret@h/rpc' }, 'must not carry a user name or password'],
    ['an empty key', { url: 'ws://h/rpc', auth: { type: 'apiKey', apiKey: '' } }, 'expected a secret, or a function'],
    [
      'another kind of credential',
      { url: 'ws://h/rpc', auth: { type: 'password', password: 'x' } },
      "expected { type: 'apiKey'",
    ],
    ['more than nothing', { url: 'ws://h/rpc', auth: { type: 'none', apiKey: 'x' } }, 'there is no option "apiKey"'],
    [
      'a time below zero',
      { url: 'ws://h/rpc', timeouts: { idle: -5 } },
      'option "idle": expected 1 to 2147483647 milliseconds, got -5',
    ],
    ['no time at all', { url: 'ws://h/rpc', keepalive: { intervalMs: 'soon' } }, 'got "soon"'],
    [
      'half an attempt',
      { url: 'ws://h/rpc', reconnect: { maxAttempts: 0.5 } },
      'expected a whole number from 1 or Infinity',
    ],
    ['true for reconnect', { url: 'ws://h/rpc', reconnect: true }, 'expected an object, got true'],
    ['true for coalesce', { url: 'ws://h/rpc', coalesce: true }, 'option "coalesce": expected an object'],
    ['what is no signal', { url: 'ws://h/rpc', signal: {} }, 'expected an AbortSignal, got an object'],
    ['an empty name', { url: 'ws://h/rpc', name: '' }, 'option "name"'],
    ['what is no function', { url: 'ws://h/rpc', reconnect: { shouldReconnect: 1 } }, 'expected a function'],
  ];
  for (const [what, options, sentence] of refused) {
    it(`refuse ${what}`, () => {
      expect(() => createClient(options as ClientOptions, platform)).to.throw(TypeError, sentence);
    });
  }

  it('refuse what are none', () => {
    for (const none of [null, 5, 'ws://h/rpc', [], () => undefined] as never[]) {
      expect(() => createClient(none, platform)).to.throw(TypeError, 'Cannot create a client: expected an object, got');
    }
  });

  it('never quote a secret', () => {
    try {
      createClient({ url: 'ws://h/rpc', auth: { type: 'apiKey', apiKey: 42 as never } }, platform);
      expect.fail('accepted');
    } catch (error) {
      expect(String(error)).to.not.contain('42');
    }
  });

  it('count undefined as not said', () => {
    expect(createClient({ url: 'ws://h/rpc', name: undefined } as never, platform).state).to.equal('idle');
  });

  it('of close keep to what a browser may send', async () => {
    const { client } = await converseOpen();
    expect(() => client.close({ code: 1001 })).to.throw(TypeError, 'expected 1000 or 3000 to 4999');
    expect(() => client.close({ reason: 'ü'.repeat(62) })).to.throw(TypeError, 'at most 123 bytes');
    await client.close({ code: 4000, reason: 'ü'.repeat(61) });
  });
});
