import { expect } from 'chai';
import {
  AuthError,
  CancelledError,
  ConnectionError,
  OverloadError,
  RateLimitError,
  RpcClientError,
  TimeoutError,
  ToolError,
  ValidationError,
} from '../src/index.ts';
import { converse, converseOpen, rejection } from './conversation.ts';
import { settle } from './fake-clock.ts';

describe('a call', () => {
  it('dials by itself, sends tools/call, and resolves to the structured content', async () => {
    const { client, gateway } = converse();
    gateway.handlers['tools/call'] = (params) => ({ structuredContent: { got: params.arguments ?? null } });
    expect(client.state).to.equal('idle');
    expect(await client.call('echo', { text: 'hi' })).to.deep.equal({ got: { text: 'hi' } });
    const [request] = gateway.line.requests('tools/call');
    expect(request?.params).to.deep.equal({
      name: 'echo',
      arguments: { text: 'hi' },
      _meta: { progressToken: request?.id },
    });
    await client.close();
  });

  it('tells the server what its options say, and never a member twice', async () => {
    const { client, gateway } = await converseOpen();
    gateway.handlers['tools/call'] = () => ({ structuredContent: 1 });
    await client.call(
      'echo',
      {},
      {
        idempotencyKey: 'k1',
        totalMs: 1_500.2,
        dryRun: true,
        project: 'demo',
        trace: { traceparent: '00-aa-bb-01' },
        route: { tags: ['gpu'], zone: 'eu-1', affinity: 'reefs', version: '^1.2' },
        meta: { priority: 9, dryRun: false, route: { tags: ['cpu'] } },
      },
    );
    const [request] = gateway.line.requests('tools/call');
    expect(request?.params._meta).to.deep.equal({
      priority: 9,
      dryRun: true,
      idempotencyKey: 'k1',
      deadlineMs: 1_501,
      progressToken: request?.id,
      project: 'demo',
      traceparent: '00-aa-bb-01',
      route: { tags: ['gpu'], zone: 'eu-1', affinity: 'reefs', version: '^1.2' },
    });
    await client.close();
  });

  it('says of a job which workers it wants, and refuses a wish that is none', async () => {
    const { client, gateway } = await converseOpen();
    gateway.handlers['jobs/submit'] = () => ({ jobId: 'job_1', status: 'queued' });
    await client.submit('film', {}, { route: { tags: ['gpu'] } });
    expect(gateway.line.requests('jobs/submit')[0]?.params._meta).to.deep.include({ route: { tags: ['gpu'] } });
    const wrong: [object, string][] = [
      [{ tag: 'gpu' }, 'option "route": there is no option "tag"; the options are affinity, zone, tags, version'],
      [{ tags: 'gpu' }, 'option "tags": expected a list of at most 16 texts, none of them empty, got "gpu"'],
      [{ tags: ['gpu', ''] }, 'option "tags": expected a list of at most 16 texts, none of them empty, got a list'],
      [{ tags: Array.from({ length: 17 }, () => 'gpu') }, 'expected a list of at most 16 texts'],
      [{ zone: 1 }, 'option "zone": expected a text that is not empty, got 1'],
    ];
    for (const [route, sentence] of wrong) {
      const refused = await rejection(client.submit('film', {}, { route } as never));
      expect(refused).to.be.instanceOf(TypeError).and.have.property('message').that.includes(sentence);
    }
    await client.close();
  });

  it('rejects with the class of the wire error, which names the tool', async () => {
    const { client, gateway } = await converseOpen();
    const calls = ['a', 'b', 'c', 'd'].map((tool) => rejection(client.call(tool, {})));
    await settle();
    const [a, b, c, d] = gateway.line.requests('tools/call');
    gateway.line.fail(a?.id, 5021, { name: 'TOOL_FAILED', retryable: true, requestId: 'req_9' });
    gateway.line.fail(b?.id, 4290, { name: 'RATE_LIMITED', retryable: true, retryAfterMs: 1_500 });
    gateway.line.fail(c?.id, -32602, {
      name: 'INVALID_PARAMS',
      retryable: false,
      issues: [{ path: '/x', keyword: 'type', message: 'no' }],
    });
    gateway.line.fail(d?.id, 4032, { name: 'TOOL_DENIED', retryable: false });
    const [tool, rate, validation, denied] = await Promise.all(calls);
    expect(tool)
      .to.be.instanceOf(ToolError)
      .and.include({ tool: 'a', retryable: true, requestId: 'req_9', wireCode: 5021 });
    expect(rate).to.be.instanceOf(RateLimitError).and.include({ retryAfterMs: 1_500, code: 'RATE_LIMITED' });
    expect(validation).to.be.instanceOf(ValidationError).with.nested.property('issues[0].path', '/x');
    expect(denied).to.be.instanceOf(AuthError).and.include({ code: 'FORBIDDEN', wireName: 'TOOL_DENIED' });
    await client.close();
  });

  it('refuses an answer without structured content', async () => {
    const { client, gateway } = await converseOpen();
    gateway.handlers['tools/call'] = () => ({ content: [] });
    expect(await rejection(client.call('echo', {}))).to.include({ code: 'PROTOCOL', maybeExecuted: true });
    await client.close();
  });

  it('refuses at once what can be no call', async () => {
    const { client } = await converseOpen();
    expect(() => client.call('echo', null as never)).to.throw(
      TypeError,
      'tool "echo": expected an object of arguments, got null',
    );
    expect(() => client.call('', {})).to.throw(TypeError, 'tool "": expected a text that is not empty, got ""');
    expect(() => client.call('echo', {}, { timeoutMS: 3 } as never)).to.throw(
      TypeError,
      '"timeoutMS"; the options are',
    );
    expect(() => client.call('echo', {}, { timeoutMs: -1 })).to.throw(TypeError, 'option "timeoutMs"');
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    expect(await rejection(client.call('echo', cycle))).to.be.instanceOf(ValidationError);
    expect(await rejection(client.request('x/y', [1], { project: 'p' }))).to.be.instanceOf(ValidationError);
    await client.close();
  });

  it('refuses to send more than the gateway takes, and says how much that is', async () => {
    const { client, gateway } = await converseOpen({}, { limits: { maxPayloadBytes: 400, maxBatch: 50 } });
    gateway.handlers['tools/call'] = () => ({ structuredContent: 'ok' });
    const error = await rejection(client.call('echo', { text: 'ü'.repeat(200) }));
    expect(error).to.include({ code: 'TOO_LARGE', maybeExecuted: false });
    expect(String(error)).to.match(/takes \d+ bytes, the gateway takes 400/);
    expect(await client.call('echo', { text: 'u'.repeat(200) })).to.equal('ok');
    expect(gateway.line.requests('tools/call')).to.have.length(1);
    await client.close();
  });
});

describe('the time of a call', () => {
  it('ends after a minute of silence, and the server is told', async () => {
    const { client, gateway, clock } = await converseOpen();
    const failed = rejection(client.call('slow', {}));
    await clock.advance(59_999);
    expect(gateway.line.requests('notifications/cancelled')).to.have.length(0);
    await clock.advance(1);
    expect(await failed)
      .to.be.instanceOf(TimeoutError)
      .and.include({ phase: 'call', maybeExecuted: true, retryable: false });
    const [cancelled] = gateway.line.requests('notifications/cancelled');
    expect(cancelled?.params.requestId).to.equal(gateway.line.requests('tools/call')[0]?.id);
    await client.close();
  });

  it('goes on as long as there is progress, until the hard limit', async () => {
    const { client, gateway, clock } = await converseOpen();
    const failed = rejection(client.call('slow', {}, { timeoutMs: 100, totalMs: 250 }));
    await settle();
    const [request] = gateway.line.requests('tools/call');
    for (const at of [90, 180, 240]) {
      await clock.advance(at - clock.now());
      gateway.line.notify('notifications/progress', { progressToken: request?.id ?? 0, progress: at / 250, total: 1 });
    }
    await clock.advance(9);
    await clock.advance(1);
    expect(await failed).to.include({ phase: 'total' });
    await client.close();
  });

  it('an abort rejects at once in every phase', async () => {
    const { client, gateway } = converse();
    gateway.down = true;
    const before = new AbortController();
    before.abort('changed my mind');
    expect(await rejection(client.call('a', {}, { signal: before.signal }))).to.be.instanceOf(CancelledError);

    const waiting = new AbortController();
    const queued = rejection(client.call('b', {}, { signal: waiting.signal }));
    await settle();
    expect(client.state).to.equal('reconnecting');
    waiting.abort();
    expect(await queued)
      .to.be.instanceOf(CancelledError)
      .and.include({ maybeExecuted: false });

    gateway.down = false;
    await client.connect();
    const flying = new AbortController();
    const sent = rejection(client.call('c', {}, { signal: flying.signal }));
    await settle();
    flying.abort(new Error('window closed'));
    const error = await sent;
    expect(error).to.be.instanceOf(CancelledError).and.include({ maybeExecuted: true });
    expect(String(error)).to.contain('window closed');
    await settle();
    expect(gateway.line.requests('notifications/cancelled')).to.have.length(1);
    expect(gateway.line.requests('tools/call')).to.have.length(1);
    await client.close();
  });

  it('a late answer to an abandoned call changes nothing', async () => {
    const { client, gateway } = await converseOpen();
    const call = client.call('a', {});
    await settle();
    call.cancel('enough');
    expect(await rejection(call)).to.be.instanceOf(CancelledError);
    gateway.line.answer(gateway.line.requests('tools/call')[0]?.id, { structuredContent: 1 });
    gateway.handlers['tools/call'] = () => ({ structuredContent: 2 });
    expect(await client.call('b', {})).to.equal(2);
    await client.close();
  });
});

describe('the window of the server', () => {
  it('holds back what the server would refuse, in order, and counts no waiting age for it', async () => {
    const { client, gateway, clock } = await converseOpen({}, { window: { maxInFlight: 2 } });
    const calls = [1, 2, 3, 4].map((n) => client.call('work', { n }, { timeoutMs: 600_000 }));
    await clock.advance(120_000);
    const line = gateway.line;
    expect(line.requests('tools/call')).to.have.length(2);
    line.answer(line.requests('tools/call')[0]?.id, { structuredContent: 1 });
    await settle();
    expect(line.requests('tools/call').map((request) => (request.params.arguments as { n: number }).n)).to.deep.equal([
      1, 2, 3,
    ]);
    gateway.handlers['tools/call'] = () => ({ structuredContent: 0 });
    for (const request of line.requests('tools/call').slice(1)) line.answer(request.id, { structuredContent: 0 });
    await Promise.all(calls);
    await client.close();
  });

  it('refuses the 10,001st waiting call and lets the others be', async () => {
    const { client, gateway } = converse();
    gateway.down = true;
    const waiting = Array.from({ length: 10_000 }, () => rejection(client.call('a', {})));
    const error = await rejection(client.call('a', {}));
    expect(error).to.be.instanceOf(OverloadError).and.include({ retryable: true, maybeExecuted: false });
    await client.close();
    const outcomes = await Promise.all(waiting);
    expect(outcomes.every((outcome) => RpcClientError.is(outcome) && outcome.code === 'CLOSED')).to.equal(true);
  });

  it('lets nothing wait longer than half a minute for a connection', async () => {
    const { client, gateway, clock } = converse();
    gateway.down = true;
    const first = rejection(client.call('a', {}, { timeoutMs: 3_600_000 }));
    await clock.advance(10_000);
    let secondDone = false;
    const second = rejection(client.call('b', {}, { timeoutMs: 3_600_000 })).finally(() => {
      secondDone = true;
    });
    await clock.advance(20_000);
    expect(await first)
      .to.be.instanceOf(TimeoutError)
      .and.include({ phase: 'queue', maybeExecuted: false, retryable: true });
    expect(secondDone).to.equal(false);
    await clock.advance(10_000);
    expect(await second).to.include({ phase: 'queue' });
    await client.close();
  });
});

describe('an error without an id', () => {
  it('ends the one call in flight', async () => {
    const { client, gateway } = await converseOpen();
    const failed = rejection(client.call('a', {}));
    await settle();
    gateway.line.fail(null, -32700);
    expect(await failed).to.include({ code: 'PROTOCOL', wireCode: -32700 });
    await client.close();
  });

  it('touches nobody when two are in flight, and is told as an event', async () => {
    const { client, gateway } = await converseOpen();
    const errors: RpcClientError[] = [];
    client.on('error', (error) => errors.push(error));
    const calls = [client.call('a', {}), client.call('b', {})];
    await settle();
    gateway.line.fail(null, -32700);
    gateway.line.say('not json');
    for (const request of gateway.line.requests('tools/call'))
      gateway.line.answer(request.id, { structuredContent: 'fine' });
    expect(await Promise.all(calls)).to.deep.equal(['fine', 'fine']);
    expect(errors.map((error) => error.code)).to.deep.equal(['PROTOCOL', 'PROTOCOL']);
    await client.close();
  });

  it('an unreadable answer ends the call whose id it carries', async () => {
    const { client, gateway } = await converseOpen();
    const first = rejection(client.call('a', {}));
    const second = client.call('b', {});
    await settle();
    const [a, b] = gateway.line.requests('tools/call');
    gateway.line.say(JSON.stringify({ jsonrpc: '2.0', id: a?.id, result: 1, error: {} }));
    expect(await first).to.include({ code: 'PROTOCOL', maybeExecuted: true });
    gateway.line.answer(b?.id, { structuredContent: 2 });
    expect(await second).to.equal(2);
    await client.close();
  });
});

describe('after ten thousand calls', () => {
  it('no timer and no listener is left', async () => {
    const { client, gateway, clock } = await converseOpen();
    const timers = clock.pending;
    gateway.handlers['tools/call'] = () => ({ structuredContent: null });
    let listeners = 0;
    const { signal } = new AbortController();
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--;
      remove(...args);
    };
    for (let round = 0; round < 10; round++) {
      await Promise.all(Array.from({ length: 1_000 }, () => client.call('a', {}, { signal, totalMs: 5_000 })));
    }
    expect(gateway.line.requests('tools/call')).to.have.length(10_000);
    expect(listeners).to.equal(0);
    expect(clock.pending).to.equal(timers);
    await client.close();
    expect(clock.pending).to.equal(0);
  });
});

describe('a closed client', () => {
  it('rejects what was open and what comes', async () => {
    const { client, gateway } = await converseOpen();
    const open = rejection(client.call('a', {}));
    await settle();
    await client.close({ reason: 'done here' });
    expect(gateway.line.closedByClient).to.deep.equal({ code: 1000, reason: 'done here' });
    expect(await open)
      .to.be.instanceOf(ConnectionError)
      .and.include({ code: 'CLOSED', maybeExecuted: true });
    expect(await rejection(client.call('b', {}))).to.include({ code: 'CLOSED', maybeExecuted: false });
    expect(await rejection(client.connect())).to.include({ code: 'CLOSED' });
    expect(client.state).to.equal('closed');
    await client.close();
  });
});
