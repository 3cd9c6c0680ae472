import { CallError, type ToolContext } from '@callsheet/protocol';
import { expect } from 'chai';
import type { ProvideOptions, Provider } from '../../src/index.ts';
import { deferred, META, provideOn, REGISTERED, type Stage, settle, stage } from './fake-house.ts';

describe('a worker that serves', () => {
  let on: Stage;
  let provider: Provider | undefined;
  beforeEach(() => {
    on = stage();
  });
  afterEach(async () => {
    const closed = provider?.close();
    await on.clock.advance(0);
    await closed;
    expect(on.clock.pending, 'timers left').to.equal(0);
  });

  const serve = async (tools: ProvideOptions['tools'], options: Partial<ProvideOptions> = {}): Promise<void> => {
    provider = await provideOn(on, { tools, ...options });
  };

  it('registers what it is and what it offers, and beats at once', async () => {
    await serve(
      { say: { description: 'Says it', idempotent: true, timeoutMs: 5_000, run: () => 'hi' } },
      { version: '1.2.0', tags: ['gpu'], zone: 'eu-1', weight: 2 },
    );
    const [register, beat] = on.house.line.received.filter(({ method }) => method.startsWith('services/'));
    expect(register?.params).to.deep.include({ holds: [] });
    expect(register?.params.worker).to.deep.include({
      epoch: 1,
      name: 'tts',
      version: '1.2.0',
      slots: 4,
      tags: ['gpu'],
      zone: 'eu-1',
      weight: 2,
    });
    expect(register?.params.worker)
      .to.have.property('instanceId')
      .that.matches(/^[\w-]{16,64}$/);
    expect(register?.params.tools).to.deep.equal([
      {
        name: 'say',
        title: 'say',
        description: 'Says it',
        category: 'other',
        inputSchema: { type: 'object' },
        outputSchema: {},
        execution: 'call',
        annotations: { idempotentHint: true, readOnlyHint: false, timeoutMs: 5_000 },
      },
    ]);
    expect(beat).to.deep.include({ method: 'services/heartbeat', params: { inFlight: 0 } });
    expect(provider?.gateways).to.deep.equal([
      { url: 'ws://gateway.test/rpc', state: 'registered', workerId: 'w_1', epoch: 1 },
    ]);
  });

  it('answers each call with what its tool answers', async () => {
    await serve({ double: { description: 'x', run: ({ n }) => Number(n) * 2 } });
    const ids = [1, 2, 3].map((n) => on.house.call('double', { n }));
    await settle();
    expect(ids.map((id) => on.house.answer(id).result)).to.deep.equal(
      [2, 4, 6].map((structuredContent) => ({ structuredContent })),
    );
  });

  it('gives a tool everything that is known of the call', async () => {
    let seen: ToolContext | undefined;
    await serve({
      look: {
        description: 'x',
        run: (_args, ctx) => {
          seen = ctx;
        },
      },
    });
    const id = on.house.call('look', {}, { dryRun: true });
    await settle();
    expect(on.house.answer(id).result).to.deep.equal({ structuredContent: null });
    expect(seen).to.include({ project: 'reef', dryRun: true, deadline: 1_030_000 });
    expect(seen?.principal).to.deep.equal(META.principal);
  });

  it('takes no more calls than it has slots, and says when to come back', async () => {
    const gate = deferred();
    let ran = 0;
    const count = <T>(value: T): T => {
      ran++;
      return value;
    };
    await serve({ wait: { description: 'x', run: () => count(gate.promise) } }, { slots: 2 });
    const [one, two, three] = [on.house.call('wait'), on.house.call('wait'), on.house.call('wait')];
    await settle();
    expect(on.house.error(three ?? '')).to.deep.include({ code: 5030 });
    expect(on.house.error(three ?? '').data).to.deep.include({ retryable: true, retryAfterMs: 250 });
    expect(provider?.inFlight).to.equal(2);
    gate.resolve('done');
    await settle();
    expect([one, two].map((id) => on.house.answer(id ?? '').result)).to.have.length(2);
    expect(ran).to.equal(2);
    expect(provider?.inFlight).to.equal(0);
  });

  it('tells a CallError word by word, and of anything else only its own log', async () => {
    await serve({
      refuse: {
        description: 'x',
        run: () => {
          throw new CallError('CONTENT_REFUSED', 'Not this text', { details: { word: 'x' } });
        },
      },
      fall: { description: 'x', run: () => Promise.reject(new Error('secret path /etc')) },
    });
    const [refused, fallen] = [on.house.call('refuse'), on.house.call('fall')];
    await settle();
    expect(on.house.error(refused ?? '')).to.deep.include({ code: 4222, message: 'Not this text' });
    expect(on.house.error(refused ?? '').data.details).to.deep.equal({ word: 'x' });
    expect(on.house.error(fallen ?? '').code).to.equal(-32603);
    expect(JSON.stringify(on.house.answer(fallen ?? ''))).to.not.contain('secret');
    expect(on.logged.join()).to.contain('secret path /etc').and.to.contain(fallen);
  });

  for (const [what, result, code, words] of [
    ['larger than the gateway takes', 'x'.repeat(2_000), 5021, 'bytes, the gateway takes 1000'],
    ['nested too deep', [[[[[[1]]]]]], 5021, 'nested deeper than the 6 levels'],
    ['of too many members', Array(60).fill(1), 5021, 'more than the 50 members'],
    ['no JSON', 10n, -32603, 'failed unexpectedly'],
    ['a function', () => 1, -32603, 'failed unexpectedly'],
  ] as const) {
    it(`refuses a result that is ${what}`, async () => {
      const limits = { maxPayloadBytes: 1_000, maxBatch: 50, maxDepth: 6, maxArrayItems: 50 };
      const open = on.house.gateway.handlers['session/open'];
      on.house.gateway.handlers['session/open'] = (...args) => ({ ...(open?.(...args) as object), limits });
      await serve({ make: { description: 'x', run: () => result } });
      const id = on.house.call('make');
      await settle();
      expect(on.house.error(id)).to.include({ code });
      expect(on.house.error(id).message).to.contain(words);
      expect(on.house.error(id).data.retryable).to.equal(false);
    });
  }

  it('shortens a failure the gateway could not read', async () => {
    const limits = { maxPayloadBytes: 2_000, maxBatch: 50, maxDepth: 64, maxArrayItems: 10_000 };
    const open = on.house.gateway.handlers['session/open'];
    on.house.gateway.handlers['session/open'] = (...args) => ({ ...(open?.(...args) as object), limits });
    await serve({
      fail: {
        description: 'x',
        run: () => {
          throw new CallError('TOOL_FAILED', 'y'.repeat(5_000), { details: 'z'.repeat(5_000), retryable: true });
        },
      },
    });
    const id = on.house.call('fail');
    await settle();
    expect(on.house.error(id).message).to.equal('y'.repeat(500));
    expect(on.house.error(id).data).to.deep.equal({ name: 'TOOL_FAILED', retryable: true });
  });

  it('tells a failure without the details that are no JSON', async () => {
    const details: Record<string, unknown> = {};
    details.self = details;
    await serve({
      fail: {
        description: 'x',
        run: () => Promise.reject(new CallError('CONFLICT', 'no', { details: details as never })),
      },
    });
    const id = on.house.call('fail');
    await settle();
    expect(on.house.error(id)).to.deep.equal({
      code: 4090,
      message: 'no',
      data: { name: 'CONFLICT', retryable: false },
    });
  });

  it('does not take a call whose id is no text', async () => {
    await serve({ say: { description: 'x', run: () => 1 } });
    on.house.line.say(
      JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name: 'say', _meta: META } }),
    );
    await settle();
    const [answer] = on.house.line.frames.map((frame) => JSON.parse(frame)).filter(({ error }) => error !== undefined);
    expect(answer).to.deep.include({ id: 7 });
    expect(answer.error.code).to.equal(-32600);
  });

  it('takes no call before it is registered', async () => {
    on.house.gateway.handlers['services/register'] = (_params, request, line) => {
      line.say(
        JSON.stringify({ jsonrpc: '2.0', id: 'early', method: 'tools/call', params: { name: 'say', _meta: META } }),
      );
      return { ...REGISTERED, workerId: String(request.id) };
    };
    await serve({ say: { description: 'x', run: () => 1 } });
    expect(on.house.error('early').code).to.equal(5033);
  });

  for (const [what, params, code] of [
    ['another tool', { name: 'other', arguments: {}, _meta: META }, 4041],
    ['arguments that are no object', { name: 'say', arguments: [1], _meta: META }, -32602],
    ['no _meta', { name: 'say', arguments: {} }, -32602],
    ['no deadline', { name: 'say', arguments: {}, _meta: { ...META, deadlineMs: 0 } }, -32602],
    ['no principal', { name: 'say', arguments: {}, _meta: { ...META, principal: 'alice' } }, -32602],
    ['half a job', { name: 'say', arguments: {}, _meta: { ...META, job: { id: 'j' } } }, -32602],
  ] as const) {
    it(`does not run a call with ${what}`, async () => {
      let ran = false;
      await serve({
        say: {
          description: 'x',
          run: () => {
            ran = true;
          },
        },
      });
      on.house.line.say(JSON.stringify({ jsonrpc: '2.0', id: 'gw-1', method: 'tools/call', params }));
      await settle();
      expect(on.house.error('gw-1').code).to.equal(code);
      expect(ran).to.equal(false);
    });
  }

  it('does not run the same call twice', async () => {
    const gate = deferred();
    let ran = 0;
    const count = <T>(value: T): T => {
      ran++;
      return value;
    };
    await serve({ wait: { description: 'x', run: () => count(gate.promise) } });
    const text = JSON.stringify({
      jsonrpc: '2.0',
      id: 'gw-1',
      method: 'tools/call',
      params: { name: 'wait', arguments: {}, _meta: META },
    });
    on.house.line.say(text);
    on.house.line.say(text);
    gate.resolve(1);
    await settle();
    expect(ran).to.equal(1);
    expect(on.house.answers('gw-1')).to.have.length(1);
  });

  it('answers a call it cannot read, unless that would answer another', async () => {
    const gate = deferred();
    await serve({ wait: { description: 'x', run: () => gate.promise } });
    const running = on.house.call('wait');
    for (const id of ['gw-bad', running]) {
      on.house.line.say(`{"jsonrpc":"2.0","id":"${id}","method":"tools/call","params":{"__proto__":1}}`);
    }
    await settle();
    expect(on.house.error('gw-bad').code).to.equal(-32600);
    expect(on.house.answers(running)).to.deep.equal([]);
    gate.resolve(1);
    await settle();
    expect(on.house.answer(running).result).to.deep.equal({ structuredContent: 1 });
  });

  it('answers ping, and says that it serves nothing else', async () => {
    await serve({ say: { description: 'x', run: () => 1 } });
    on.house.line.say('{"jsonrpc":"2.0","id":"p","method":"ping"}');
    on.house.line.say('{"jsonrpc":"2.0","id":"q","method":"tools/list"}');
    await settle();
    expect(on.house.answer('p').result).to.deep.equal({});
    expect(on.house.error('q').code).to.equal(-32601);
  });

  it('serves tools of the protocol as they are', async () => {
    class Echo {
      readonly name = 'echo';
      readonly title = 'Echo';
      readonly description = 'Answers what it gets';
      readonly category = 'diagnostics';
      readonly input = { type: 'object', additionalProperties: true };
      readonly output = {};
      readonly execution = 'job' as const;
      readonly cache = { ttlMs: 1_000, scope: 'public' as const };
      readonly timeoutMs = 1_000;
      readonly slots = 'cpu' as const;
      readonly #prefix = '>';
      run = async ({ text }: { text?: unknown }): Promise<string> => this.#prefix + String(text);
    }
    await serve([new Echo()]);
    const id = on.house.call('echo', { text: 'a' });
    await settle();
    expect(on.house.answer(id).result).to.deep.equal({ structuredContent: '>a' });
    expect(on.house.registrations()[0]?.tools).to.deep.include.members([
      {
        name: 'echo',
        title: 'Echo',
        description: 'Answers what it gets',
        category: 'diagnostics',
        inputSchema: { type: 'object', additionalProperties: true },
        outputSchema: {},
        execution: 'job',
        annotations: { idempotentHint: false, readOnlyHint: false, timeoutMs: 1_000, cacheTtlMs: 1_000 },
      },
    ]);
  });
});
