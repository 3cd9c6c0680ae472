import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { openDoor } from '../../doors/gateway-socket.ts';
import { comesTrue, type Dialled } from '../listening.ts';
import { asked, rejection } from './asked.ts';
import { GatewaySide, greet, list, only, refused } from './house.ts';

describe('a Callsheet gateway as an upstream', () => {
  let here: GatewaySide;

  beforeEach(() => {
    here = new GatewaySide();
  });
  afterEach(() => here.close());

  const connected = async (tools: Parameters<typeof greet>[1], changes: Parameters<GatewaySide['open']>[0] = {}) => {
    const server = await here.listening();
    const upstreams = await here.open({ url: server.url, ...changes });
    const peer = await server.accept();
    await greet(peer, tools);
    await comesTrue(() => only(upstreams).tools > 0);
    return { server, upstreams, peer };
  };

  it('is asked with the stored credential, and its tools are offered', async () => {
    const { peer, upstreams, server } = await connected(
      [
        { name: 'paint', annotations: { idempotentHint: true, timeoutMs: 5_000 } },
        'unwanted',
        'broken',
        'get_generation_status',
        'Not A Name',
      ].slice(0, 4),
      { tags: ['gpu'], zone: 'eu', weight: 3 },
    );
    expect(peer.headers).to.include({ authorization: 'Bearer the-token', 'sec-websocket-protocol': 'callsheet.v1' });
    expect(here.offered).to.deep.equal(['paint']);
    expect(here.states).to.deep.equal(['ready']);
    expect(only(upstreams)).to.deep.include({ name: 'studio', url: server.url, state: 'connected', tools: 1 });
    expect(only(upstreams).workerId).to.be.a('string');
    expect(here.log.lines).to.include('a tool of an upstream cannot be offered');
  });

  it('runs calls: what is said about a call goes there, progress and the answer come back', async () => {
    const { peer } = await connected(['paint'], { prefix: 'studio_' });
    const call = asked('studio_paint', here.clock, {
      args: { what: 'a tree' },
      trace: { traceparent: '00-aa-bb-01', tracestate: 'vendor=1' },
      dryRun: true,
    });
    const answer = here.send(call);
    const request = await peer.hear();
    const { tracestate, progressToken, ...meta } = (request.params as { _meta: Record<string, unknown> })._meta;
    expect(request).to.deep.include({ method: 'tools/call' });
    expect(request.params).to.deep.include({ name: 'paint', arguments: { what: 'a tree' } });
    expect(meta).to.deep.equal({ deadlineMs: 60_000, project: 'default', traceparent: '00-aa-bb-01', dryRun: true });
    expect(tracestate).to.match(/^callsheet=[0-9a-f]{10},vendor=1$/);
    expect(progressToken).to.equal(request.id);
    const progress = { progressToken, progress: 0.5, stage: 'paint', message: 'half' };
    peer.say({ jsonrpc: '2.0', method: 'notifications/progress', params: progress });
    peer.say({ jsonrpc: '2.0', method: 'notifications/progress', params: { ...progress, progress: 'x' } });
    peer.say({ jsonrpc: '2.0', method: 'notifications/progress', params: { ...progress, progressToken: 'other' } });
    peer.say({ jsonrpc: '2.0', id: request.id, result: { structuredContent: { url: 'https://there/a.png' } } });
    expect(await answer).to.deep.equal({ url: 'https://there/a.png' });
    expect(call.reports).to.deep.equal([{ fraction: 0.5, stage: 'paint', message: 'half' }]);
  });

  it('gives each caller its own answer, whatever the order, and none a second time', async () => {
    const { peer } = await connected(['paint']);
    const answers = ['a', 'b'].map((what) => here.send(asked('paint', here.clock, { args: { what } })));
    const [first, second] = [await peer.hear(), await peer.hear()];
    const result = (request: Record<string, unknown>, said: string) => ({
      ...{ jsonrpc: '2.0', id: request.id },
      result: { structuredContent: { said } },
    });
    peer.say(result(second, 'b'));
    peer.say(result(second, 'again'));
    peer.say(result(first, 'a'));
    expect(await Promise.all(answers)).to.deep.equal([{ said: 'a' }, { said: 'b' }]);
  });

  it('is told when nobody waits any more, and is not waited for', async () => {
    const { peer } = await connected(['paint']);
    const call = asked('paint', here.clock);
    const answer = here.send(call);
    const request = await peer.hear();
    call.abort(new CallError('CANCELLED', 'enough'));
    expect(await rejection(answer)).to.include({ errorName: 'CANCELLED', message: 'enough' });
    expect(await peer.hear()).to.deep.include({
      method: 'notifications/cancelled',
      params: { requestId: request.id, reason: 'enough' },
    });
    peer.say({ jsonrpc: '2.0', id: request.id, result: { structuredContent: {} } });
    const next = here.send(asked('paint', here.clock));
    peer.say({ jsonrpc: '2.0', id: (await peer.hear()).id, result: { structuredContent: { ok: true } } });
    expect(await next).to.deep.equal({ ok: true });
    const late = asked('paint', here.clock);
    late.abort(new CallError('CANCELLED', 'before it began'));
    expect(await rejection(here.send(late))).to.include({ message: 'before it began' });
  });

  const errors: readonly (readonly [wire: object, told: object])[] = [
    [
      { code: -32602, message: 'no "what"' },
      { errorName: 'INVALID_PARAMS', message: 'no "what"' },
    ],
    [
      { code: 4010, message: 'your key is bad' },
      { errorName: 'UPSTREAM_ERROR', retryable: false },
    ],
    [
      { code: 4290, message: 'slower' },
      { errorName: 'OVERLOADED', retryable: true },
    ],
    [{ code: -32603, message: 'the password is hunter2' }, { errorName: 'INTERNAL' }],
  ];
  for (const [error, told] of errors) {
    it(`tells ${JSON.stringify(error)} as ${JSON.stringify(told)}`, async () => {
      const { peer } = await connected(['paint']);
      const answer = here.send(asked('paint', here.clock));
      peer.say({ jsonrpc: '2.0', id: (await peer.hear()).id, error });
      const rejected = await rejection(answer);
      expect(rejected).to.include(told);
      expect(rejected.message).not.to.match(/hunter2|your key/);
    });
  }

  it('refuses an answer that holds none', async () => {
    const { peer } = await connected(['paint']);
    const answer = here.send(asked('paint', here.clock));
    peer.say({ jsonrpc: '2.0', id: (await peer.hear()).id, result: 5 });
    expect(await rejection(answer)).to.include({ errorName: 'UPSTREAM_ERROR' });
  });

  it('gives up calls in flight with the connection, dials again, and is a worker again as a later epoch', async () => {
    const { peer, server, upstreams } = await connected(['paint']);
    const { workerId } = only(upstreams);
    const answer = here.send(asked('paint', here.clock));
    await peer.hear();
    peer.socket.terminate();
    expect((await rejection(answer)).facts).to.include({ retryable: true, maybeExecuted: true });
    expect(here.states).to.deep.equal(['suspect']);
    const unsent = await rejection(here.send(asked('paint', here.clock)));
    expect(unsent.facts).to.include({ retryable: true, maybeExecuted: false });
    here.clock.advance(250);
    await greet(await server.accept(), ['paint']);
    await comesTrue(() => only(upstreams).tools === 1);
    expect(only(upstreams).workerId).to.equal(workerId);
    expect(here.states).to.deep.equal(['ready']);
  });

  it('gets no new calls while it drains, finishes what it has, and comes back as somebody new', async () => {
    const { peer, server, upstreams } = await connected(['paint']);
    const answer = here.send(asked('paint', here.clock));
    const { id } = await peer.hear();
    peer.say({ jsonrpc: '2.0', method: 'session/draining', params: { deadlineMs: 20_000 } });
    await comesTrue(() => here.states.includes('draining'));
    peer.say({ jsonrpc: '2.0', id, result: { structuredContent: { done: true } } });
    expect(await answer).to.deep.equal({ done: true });
    peer.socket.close(1012);
    await comesTrue(() => here.registry.size === 0);
    here.clock.advance(250);
    await greet(await server.accept(), ['paint']);
    await comesTrue(() => only(upstreams).tools === 1);
    expect(here.states).to.deep.equal(['ready']);
  });

  it('is asked again what it offers when that changed, however often it says so', async () => {
    const { peer, upstreams } = await connected(['paint']);
    const inFlight = here.send(asked('paint', here.clock));
    const { id } = await peer.hear();
    const changed = { jsonrpc: '2.0', method: 'tools/list_changed', params: {} };
    for (let time = 0; time < 50; time++) peer.say(changed);
    await peer.read();
    here.clock.advance(1_000);
    await list(peer, ['paint', 'sing']);
    await comesTrue(() => here.offered.length === 2);
    peer.say({ jsonrpc: '2.0', id, result: { structuredContent: { still: 'here' } } });
    expect(await inFlight).to.deep.equal({ still: 'here' });
    peer.say(changed);
    await peer.read();
    here.clock.advance(1_000);
    peer.say(changed);
    await list(peer, ['paint']);
    await comesTrue(() => here.offered.length === 1);
    // What it said while it was being asked is not forgotten.
    here.clock.advance(1_000);
    await list(peer, []);
    await comesTrue(() => here.offered.length === 0);
    expect(only(upstreams)).to.deep.include({ state: 'connected', tools: 0 });
  });

  it('goes on with what it offered when what it offers now cannot be taken', async () => {
    const { peer, upstreams } = await connected(['paint']);
    peer.say({ jsonrpc: '2.0', method: 'tools/list_changed', params: {} });
    await peer.read();
    here.clock.advance(1_000);
    await list(peer, [{ name: 'paint', annotations: { timeoutMs: -1 } }]);
    await comesTrue(() => here.log.lines.includes('cannot take the new tools of an upstream'));
    expect(only(upstreams).state).to.equal('connected');
    const answer = here.send(asked('paint', here.clock));
    peer.say({ jsonrpc: '2.0', id: (await peer.hear()).id, result: { structuredContent: {} } });
    expect(await answer).to.deep.equal({});
  });

  it('lists its tools page by page, and not for ever', async () => {
    const server = await here.listening();
    const upstreams = await here.open({ url: server.url, allow: ['tool_1*'] });
    const peer = await server.accept();
    const opening = await peer.hear();
    peer.say({ jsonrpc: '2.0', id: opening.id, result: { sessionId: 'x' } });
    let pages = 0;
    for (; only(upstreams).tools === 0; pages++) {
      const { id, params } = await Promise.race([
        peer.hear(),
        comesTrue(() => only(upstreams).tools > 0).then(() => ({ id: undefined, params: {} })),
      ]);
      if (id === undefined) break;
      expect(params).to.deep.equal(pages === 0 ? {} : { cursor: `page ${pages}` });
      const tools = [{ name: `tool_${pages}`, inputSchema: {} }];
      peer.say({ jsonrpc: '2.0', id, result: { tools, nextCursor: `page ${pages + 1}` } });
    }
    expect(pages).to.equal(20);
    expect(here.offered).to.have.length(11);
  });

  it('is asked for a sign of life, and given up when it gives none', async () => {
    const { peer, upstreams } = await connected(['paint']);
    let pings = 0;
    peer.socket.on('ping', () => {
      pings += 1;
    });
    for (let beat = 1; beat <= 5; beat++) {
      here.clock.advance(5_000);
      await comesTrue(() => pings === beat);
      await peer.read();
    }
    expect(only(upstreams).state).to.equal('connected');
    expect(here.states).to.deep.equal(['ready']);
    // From here on its answers do not arrive in time.
    peer.socket.pause();
    here.clock.advance(20_000);
    await comesTrue(() => only(upstreams).state === 'refused');
    expect(only(upstreams).reason).to.match(/^it was silent for \d+ ms$/);
  });

  it('is probed with its own ping', async () => {
    const { peer } = await connected(['paint']);
    const probe = here.probes[0]?.(new AbortController().signal);
    const { id, method } = await peer.hear();
    expect(method).to.equal('ping');
    peer.say({ jsonrpc: '2.0', id, result: {} });
    expect(await probe).to.deep.equal({});
  });

  describe('that is not one, or not a good one', () => {
    const openings: readonly (readonly [what: string, answer: (peer: Dialled, id: unknown) => void, reason: RegExp])[] =
      [
        [
          'refuses the session',
          (peer, id) => peer.say({ jsonrpc: '2.0', id, error: { code: 4030, message: 'no' } }),
          /^it answered FORBIDDEN$/,
        ],
        [
          'opens nothing',
          (peer, id) => peer.say({ jsonrpc: '2.0', id, result: {} }),
          /^it opens no session; is it a Callsheet gateway\?/,
        ],
        [
          'answers nonsense',
          (peer, id) => peer.say({ jsonrpc: '1.0', id, result: {} }),
          /^Cannot read what the other server answered/,
        ],
        [
          'sends bytes',
          (peer) => {
            for (let n = 0; n < 100; n++) peer.socket.send(Buffer.from([1]));
          },
          /./,
        ],
        [
          'sends garbage without end',
          (peer) => {
            for (let n = 0; n < 100; n++) peer.say('{]');
          },
          /./,
        ],
        [
          'asks instead of answering',
          (peer) => {
            for (let n = 0; n < 100; n++) peer.say({ jsonrpc: '2.0', id: n, method: 'ping' });
          },
          /^it sent 100 messages that are no answers$/,
        ],
        [
          'sends 100 MB',
          (peer) => peer.say('x'.repeat(100_000_000)),
          /^the connection closed with 1006, "Max payload size exceeded"$/,
        ],
      ];
    for (const [what, answer, reason] of openings) {
      it(`${what}: it is left alone for a while, and nothing of it is offered`, async () => {
        const server = await here.listening();
        const upstreams = await here.open({ url: server.url });
        const peer = await server.accept();
        const { id } = await peer.hear();
        answer(peer, id);
        await comesTrue(() => only(upstreams).reason !== undefined);
        expect(only(upstreams).reason).to.match(reason);
        expect(here.registry.size).to.equal(0);
        await peer.closed;
        expect(here.clock.pending).to.equal(1);
      });
    }

    it('says nothing: it is not waited for', async () => {
      const server = await here.listening();
      const upstreams = await here.open({ url: server.url });
      await (await server.accept()).hear();
      here.clock.advance(10_000);
      expect(await refused(upstreams)).to.equal('it did not say within 10000 ms what it offers');
    });

    it('speaks another protocol', async () => {
      const server = await here.listening({ handleProtocols: () => 'mcp' });
      expect(await refused(await here.open({ url: server.url }))).to.match(/Server sent an invalid subprotocol$/);
    });

    it('offers what the registry does not take: the reason is told', async () => {
      const server = await here.listening();
      const upstreams = await here.open({ url: server.url });
      await greet(await server.accept(), [{ name: 'paint', annotations: { timeoutMs: -1 } }]);
      expect(await refused(upstreams)).to.match(
        /Cannot register the worker: "\/tools\/0\/annotations\/timeoutMs" is -1/,
      );
    });
  });

  it('takes no more calls at once than it has slots, whoever asks', async () => {
    const { peer } = await connected(['paint'], { slots: 1 });
    const answers = Array.from({ length: 18 }, () => here.send(asked('paint', here.clock)));
    const last = await rejection(answers[17] as Promise<unknown>);
    expect(last).to.include({ errorName: 'OVERLOADED' });
    expect(last.facts.maybeExecuted).to.equal(false);
    peer.socket.terminate();
    for (const answer of answers.slice(0, 17)) await rejection(answer);
  });

  it('ends with the gateway: what is in flight is given up, and nobody is dialled again', async () => {
    const { peer, upstreams } = await connected(['paint']);
    const answer = here.send(asked('paint', here.clock));
    await peer.hear();
    upstreams.close();
    expect(await rejection(answer)).to.include({ errorName: 'UPSTREAM_ERROR' });
    expect(await peer.closed).to.deep.equal({ code: 1000, reason: 'done' });
    expect(here.registry.size).to.equal(0);
    await comesTrue(() => here.clock.pending === 0);
  });

  it('is refused when it is this very gateway', async () => {
    const door = await openDoor();
    const upstreams = await here.open(
      { url: door.url, token: door.key },
      { serves: (sessionId) => door.door.serves(sessionId) },
    );
    expect(await refused(upstreams)).to.equal('it is this very gateway; remove it from workers.upstreams');
    await door.close();
  });
});
