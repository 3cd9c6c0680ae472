import { channel } from 'node:diagnostics_channel';
import {
  type AttemptObservation,
  CallError,
  CHANNELS,
  type ProviderObservation,
  type WorkObservation,
} from '@callsheet/protocol';
import { expect } from 'chai';
import { attempt, callOf, end, exchange, tell } from '../observe/told.ts';
import { SAMPLED, TRACE, tracing, UNSAMPLED } from './tracing.ts';

const started = (one: ProviderObservation): void => channel(CHANNELS.providerStart).publish(one);
const worked = (work: WorkObservation): void => channel(CHANNELS.work).publish(work);

describe('spans under a request', () => {
  const open = tracing();
  const tried = (one: AttemptObservation, changes: Partial<AttemptObservation> = {}): AttemptObservation => {
    tell('attemptStart', one);
    tell('attemptEnd', Object.assign(one, { endedAt: one.startedAt + 5, outcome: 'ok' }, changes));
    return one;
  };

  it('are the attempts, by worker', () => {
    const { spans, clock } = open();
    const call = callOf('speak', { params: { name: 'speak', _meta: { traceparent: SAMPLED } } });
    tell('requestStart', call);
    const parent = call.traceparent;
    tried(attempt('speak', { parent, startedAt: 20 }), { outcome: 'hard', error: new CallError('UPSTREAM_ERROR') });
    tried(attempt('speak', { parent, startedAt: 30, attempt: 2, worker: 'cpu', workerId: 'w2' }));
    end(call);
    const [first, second, request] = spans;
    expect([first?.parentSpanId, second?.parentSpanId]).to.deep.equal([request?.spanId, request?.spanId]);
    expect(first).to.deep.include({
      ...{ traceId: TRACE, name: 'tools/call speak', kind: 'client', status: 'error' },
      ...{ startMs: clock.now() + 20, endMs: clock.now() + 25 },
      attributes: {
        'mcp.method.name': 'tools/call',
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': 'speak',
        'callsheet.worker.name': 'gpu',
        'callsheet.worker.id': 'w1',
        'callsheet.balance.strategy': 'round-robin',
        'callsheet.attempt': 1,
        'callsheet.attempt.outcome': 'hard',
        'error.type': 'UPSTREAM_ERROR',
      },
    });
    expect(second?.attributes).to.include({ 'callsheet.attempt': 2, 'callsheet.worker.name': 'cpu' });
  });

  it('are not made where nothing is recorded', () => {
    const { spans } = open({ sampleRatio: 1 });
    for (const parent of [undefined, UNSAMPLED, 'nonsense']) {
      const one = tried(attempt('speak', { parent }));
      expect(one.traceparent).to.equal(undefined);
      started(exchange({ parent }));
      tell('providerEnd', exchange({ parent }));
    }
    expect(spans).to.deep.equal([]);
  });

  it('are the exchanges with providers of the tools in this process', () => {
    const { spans } = open();
    const one = attempt('speak', { parent: SAMPLED });
    tell('attemptStart', one);
    const asked = exchange({ parent: one.traceparent, model: 'small', startedAt: 1_700_000_000_000, durationMs: 30 });
    started(asked);
    expect(asked.traceparent).to.match(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`));
    tell(
      'providerEnd',
      Object.assign(asked, { retries: 2, units: { tokens_in: 7, tokens_out: 3, images: 1 }, costUsd: 0.5 }),
    );
    tell('attemptEnd', one);
    expect(spans[0]).to.deep.include({
      ...{ parentSpanId: spans[1]?.spanId, name: 'chat small', kind: 'client', status: 'unset' },
      ...{ startMs: 1_700_000_000_000, endMs: 1_700_000_000_030 },
      attributes: {
        'gen_ai.provider.name': 'openai',
        'gen_ai.operation.name': 'chat',
        'gen_ai.request.model': 'small',
        'gen_ai.usage.input_tokens': 7,
        'gen_ai.usage.output_tokens': 3,
        'http.request.resend_count': 2,
        'callsheet.units.images': 1,
        'callsheet.cost_usd': 0.5,
      },
    });
  });

  it('say how an exchange failed', () => {
    const { spans } = open();
    const asked = exchange({ parent: SAMPLED, outcome: 'rate_limited', credits: 3 });
    started(asked);
    tell('providerEnd', asked);
    expect(spans[0]).to.include({ name: 'chat', status: 'error' });
    expect(spans[0]?.attributes).to.include({ 'error.type': 'rate_limited', 'callsheet.credits': 3 });
  });

  it('are what a worker elsewhere told, by the ids it gave', () => {
    const { spans } = open();
    const one = attempt('speak', { parent: SAMPLED });
    tell('attemptStart', one);
    const own = `00-${TRACE}-53995c3f42cd8ad8-01`;
    worked({
      ...{ tool: 'speak', worker: 'gpu-7', parent: one.traceparent ?? '', traceparent: own },
      ...{ startedAt: 500, durationMs: 20, error: new CallError('TOOL_FAILED') },
    });
    const asked = exchange({ parent: own, traceparent: `00-${TRACE}-00f067aa0ba902b7-01` });
    started(asked);
    tell('providerEnd', asked);
    tell('attemptEnd', one);
    const [work, chat, tries] = spans;
    expect(work).to.deep.include({
      ...{ spanId: '53995c3f42cd8ad8', parentSpanId: tries?.spanId, kind: 'server', name: 'tools/call speak' },
      ...{ startMs: 500, endMs: 520, status: 'error' },
    });
    expect(work?.attributes).to.include({ 'callsheet.worker.name': 'gpu-7', 'error.type': 'TOOL_FAILED' });
    expect(chat).to.include({ spanId: '00f067aa0ba902b7', parentSpanId: '53995c3f42cd8ad8' });
    expect(asked.traceparent).to.equal(`00-${TRACE}-00f067aa0ba902b7-01`);
  });

  it('are not made of what a worker told of a trace that is not recorded', () => {
    const { spans } = open();
    const told = { tool: 'speak', worker: 'gpu-7', startedAt: 0, durationMs: 1, error: undefined };
    worked({ ...told, parent: UNSAMPLED, traceparent: SAMPLED });
    worked({ ...told, parent: SAMPLED, traceparent: 'nonsense' });
    expect(spans).to.deep.equal([]);
  });

  it('never end before they begin', () => {
    const { spans } = open();
    tried(attempt('speak', { parent: SAMPLED, startedAt: 50 }), { endedAt: 20 });
    expect(spans[0]?.endMs).to.equal(spans[0]?.startMs);
  });
});
