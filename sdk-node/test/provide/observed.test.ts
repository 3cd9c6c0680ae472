import { channel } from 'node:diagnostics_channel';
import { CallError, CHANNELS, type JsonObject, type ProviderObservation, type ToolContext } from '@callsheet/protocol';
import { expect } from 'chai';
import type { Provider } from '../../src/index.ts';
import { deferred, provideOn, SESSION, type Stage, settle, stage } from './fake-house.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SAMPLED = `00-${TRACE}-b7ad6b7169203331-01`;
const UNSAMPLED = `00-${TRACE}-b7ad6b7169203331-00`;

/** What a provider's client publishes. */
function exchange(changes: Partial<ProviderObservation> = {}): ProviderObservation {
  return {
    ...{ provider: 'openai', operation: 'chat', model: 'tiny', parent: undefined, startedAt: 0, durationMs: 20 },
    ...{ outcome: 'ok', retries: 0, units: undefined, costUsd: undefined, credits: undefined, quota: undefined },
    ...{ traceparent: undefined, note: undefined, ...changes },
  };
}

function ask(changes: Partial<ProviderObservation>): ProviderObservation {
  const one = exchange(changes);
  channel(CHANNELS.providerStart).publish(one);
  channel(CHANNELS.providerEnd).publish(one);
  return one;
}

describe('what a worker observes', () => {
  let on: Stage;
  let provider: Provider;
  let body: (ctx: ToolContext) => unknown;
  let ids: number;

  beforeEach(async () => {
    on = stage();
    ids = 0;
    const hexId = (bytes: number): string => String(++ids).padStart(2 * bytes, '0');
    const platform = { ...on.platform, hexId };
    const go = { description: 'x', run: (_args: unknown, ctx: ToolContext) => body(ctx) };
    provider = await provideOn({ ...on, platform }, { tools: { go } });
  });
  afterEach(async () => {
    const closed = provider.close();
    await on.clock.advance(0);
    await closed;
    expect(on.clock.pending, 'timers left').to.equal(0);
  });

  const call = async (run: typeof body, meta: JsonObject = {}): Promise<string> => {
    body = run;
    const id = on.house.call('go', {}, meta);
    await settle();
    return id;
  };
  const result = (id: string): JsonObject => on.house.answer(id).result as JsonObject;
  const observed = (id: string): JsonObject =>
    ((result(id)._meta as JsonObject | undefined)?.observed ?? {}) as JsonObject;

  it('is nothing for a call that is not traced and asks nobody', async () => {
    expect(result(await call(() => 1))).to.deep.equal({ structuredContent: 1 });
    expect(result(await call(() => 1, { traceparent: UNSAMPLED }))).to.deep.equal({ structuredContent: 1 });
    expect(ids, 'ids made').to.equal(0);
  });

  it('is its own span, for a call of a sampled trace', async () => {
    const gate = deferred();
    const id = await call(() => gate.promise, { traceparent: SAMPLED });
    await on.clock.advance(40);
    gate.resolve(1);
    await settle();
    expect(result(id)).to.deep.equal({
      structuredContent: 1,
      _meta: { observed: { span: { spanId: '0000000000000001', durationMs: 40 } } },
    });
  });

  it('lets the tool pass its own span on, and the state of the trace', async () => {
    const seen: unknown[] = [];
    const id = await call(({ trace }) => void seen.push(trace), { traceparent: SAMPLED, tracestate: 'k=v' });
    expect(seen[0]).to.deep.equal({ traceparent: `00-${TRACE}-0000000000000001-01`, tracestate: 'k=v' });
    expect(observed(id).span).to.deep.include({ spanId: '0000000000000001' });
  });

  it('keeps to the decision not to record a trace', async () => {
    const seen: unknown[] = [];
    const id = await call(({ trace }) => void seen.push(trace), { traceparent: UNSAMPLED });
    expect(seen[0]).to.deep.equal({ traceparent: `00-${TRACE}-0000000000000001-00` });
    expect(observed(id)).to.deep.equal({});
  });

  it('begins a trace that nobody records where there is none that can be read', async () => {
    const seen: unknown[] = [];
    for (const meta of [{}, { traceparent: '00-a-b-01', tracestate: 'k=v' }]) {
      await call(({ trace }) => void seen.push(trace), meta);
    }
    expect(seen).to.deep.equal([
      { traceparent: `00-${'1'.padStart(32, '0')}-${'2'.padStart(16, '0')}-00` },
      { traceparent: `00-${'3'.padStart(32, '0')}-${'4'.padStart(16, '0')}-00` },
    ]);
  });

  it('is every exchange with a provider its tool had, as spans of the trace', async () => {
    const inside: ProviderObservation[] = [];
    const gate = deferred();
    const id = await call(
      async ({ trace: { traceparent: parent } }) => {
        await gate.promise;
        inside.push(ask({ parent, units: { tokens_in: 4 }, retries: 1 }));
        inside.push(ask({ parent, outcome: 'error', model: undefined, durationMs: 5 }));
      },
      { traceparent: SAMPLED },
    );
    await on.clock.advance(30);
    gate.resolve(null);
    await settle();
    expect(observed(id).providers).to.deep.equal([
      {
        ...{ provider: 'openai', operation: 'chat', outcome: 'ok', afterMs: 10, durationMs: 20 },
        ...{ spanId: '0000000000000002', model: 'tiny', retries: 1, units: { tokens_in: 4 } },
      },
      {
        ...{ provider: 'openai', operation: 'chat', outcome: 'error', afterMs: 25, durationMs: 5 },
        spanId: '0000000000000003',
      },
    ]);
    expect(inside.map(({ traceparent }) => traceparent)).to.deep.equal([
      `00-${TRACE}-0000000000000002-01`,
      `00-${TRACE}-0000000000000003-01`,
    ]);
  });

  it('is exchanges without spans where nothing is recorded: they are counted all the same', async () => {
    const id = await call(({ trace: { traceparent: parent } }) => void ask({ parent, costUsd: 0.1, credits: 2 }));
    expect(observed(id)).to.deep.equal({
      providers: [
        {
          ...{ provider: 'openai', operation: 'chat', outcome: 'ok', afterMs: 0, durationMs: 20 },
          ...{ model: 'tiny', costUsd: 0.1, credits: 2 },
        },
      ],
    });
  });

  it('keeps apart what calls do at the same time under one trace', async () => {
    const gate = deferred();
    const run = (name: string) => async (ctx: ToolContext) => {
      const { traceparent: parent } = ctx.trace;
      await gate.promise;
      ask({ parent, provider: name });
    };
    const first = await call(run('first'), { traceparent: SAMPLED });
    const second = await call(run('second'), { traceparent: SAMPLED });
    gate.resolve(null);
    await settle();
    const names = (id: string) => (observed(id).providers as JsonObject[]).map(({ provider: name }) => name);
    expect([names(first), names(second)]).to.deep.equal([['first'], ['second']]);
  });

  it('is nothing of others, and nothing that comes after the answer', async () => {
    let parent: string | undefined;
    const id = await call(
      ({ trace }) => {
        parent = trace.traceparent;
        ask({ parent: SAMPLED });
        ask({});
      },
      { traceparent: SAMPLED },
    );
    expect(observed(id)).to.have.all.keys('span');
    expect(ask({ parent }).traceparent).to.equal(undefined);
  });

  it('is 32 exchanges of one call and no more', async () => {
    const id = await call(({ trace: { traceparent: parent } }) => {
      for (let n = 0; n < 100; n++) ask({ parent });
    });
    expect(observed(id).providers).to.have.length(32);
  });

  it('comes with an error as well', async () => {
    const id = await call(
      ({ trace: { traceparent: parent } }) => {
        ask({ parent, outcome: 'rate_limited' });
        throw new CallError('UPSTREAM_ERROR', 'No answer', { details: { provider: 'openai' } });
      },
      { traceparent: SAMPLED },
    );
    const { data } = on.house.error(id);
    expect(data).to.deep.include({ name: 'UPSTREAM_ERROR', details: { provider: 'openai' } });
    const { observed: told } = data._meta as { observed: { span: JsonObject; providers: JsonObject[] } };
    expect(told.span.spanId).to.equal('0000000000000001');
    expect(told.providers.map(({ outcome }) => outcome)).to.deep.equal(['rate_limited']);
  });
});

describe('an answer that would be too large with what was observed', () => {
  let on: Stage;
  let provider: Provider;
  afterEach(async () => {
    const closed = provider.close();
    await on.clock.advance(0);
    await closed;
  });

  for (const [what, run, member] of [
    ['a result', () => 'x'.repeat(900), 'result'],
    [
      'an error',
      () => {
        throw new CallError('UPSTREAM_ERROR', 'x'.repeat(880));
      },
      'error',
    ],
  ] as const) {
    it(`goes out without it: ${what}`, async () => {
      on = stage();
      on.house.gateway.handlers['session/open'] = () => ({
        ...SESSION,
        limits: { maxPayloadBytes: 1_024, maxBatch: 50, maxDepth: 32, maxArrayItems: 1_000 },
      });
      provider = await provideOn(on, { tools: { go: { description: 'x', run } } });
      const id = on.house.call('go', {}, { traceparent: SAMPLED });
      await settle();
      const answer = JSON.stringify(on.house.answer(id)[member]);
      expect(answer).to.contain('x'.repeat(880)).and.not.contain('observed');
    });
  }
});
