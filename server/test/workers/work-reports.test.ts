import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { CHANNELS, type JsonObject, type ProviderObservation, type WorkObservation } from '@callsheet/protocol';
import { expect } from 'chai';
import { WorkReports } from '../../src/workers/work-reports.ts';
import { Asked, Outcome } from './asked.ts';
import { linkOnWire } from './link-on-wire.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const ATTEMPT = 'b7ad6b7169203331';
const SAMPLED = `00-${TRACE}-${ATTEMPT}-01`;
const OWN = '53995c3f42cd8ad8';
const CHAT = '00f067aa0ba902b7';
const EXCHANGE = { provider: 'openai', operation: 'chat', outcome: 'ok', afterMs: 100, durationMs: 300 };

describe('what workers tell of their calls', () => {
  let works: WorkObservation[];
  let began: ProviderObservation[];
  let ended: ProviderObservation[];
  let stop: (() => void)[];
  const listen = <T>(name: string): T[] => {
    const heard: T[] = [];
    const listener = (message: unknown): void => void heard.push({ ...(message as T) });
    subscribe(name, listener);
    stop.push(() => unsubscribe(name, listener));
    return heard;
  };
  beforeEach(() => {
    stop = [];
    works = listen(CHANNELS.work);
    began = listen(CHANNELS.providerStart);
    ended = listen(CHANNELS.providerEnd);
  });
  afterEach(() => {
    for (const end of stop) end();
  });

  /** Asks a worker that answers after half a second, and answers when that was. */
  const answered = async (observed: JsonObject, traceparent?: string, failure?: number): Promise<number> => {
    const now = (): number => wire.fake.now();
    const wire = linkOnWire({ reports: new WorkReports(() => now()) });
    const call = new Asked({ trace: traceparent === undefined ? {} : { traceparent } });
    const sentAt = now();
    const outcome = new Outcome(wire.link.call(call));
    wire.fake.advance(500);
    const _meta = { observed };
    if (failure === undefined) {
      const result = { structuredContent: 'spoken', _meta };
      wire.link.answered({ kind: 'success', id: wire.newest, result });
    } else wire.refuse(wire.newest, failure, 'no', { name: 'x', retryable: false, _meta });
    await Promise.resolve();
    await Promise.resolve();
    expect(outcome.settled).to.equal(true);
    if (failure === undefined) expect(outcome.value).to.equal('spoken');
    return sentAt;
  };

  it('is a span under the attempt, within the time it took', async () => {
    const sentAt = await answered({ span: { spanId: OWN, durationMs: 400 } }, SAMPLED);
    expect(works).to.deep.equal([
      {
        ...{ tool: 'speak', worker: 'gpu-7', parent: SAMPLED, traceparent: `00-${TRACE}-${OWN}-01` },
        ...{ startedAt: sentAt + 50, durationMs: 400, error: undefined },
      },
    ]);
    expect(ended).to.deep.equal([]);
  });

  it('is exchanges with providers under that span, told as if they took place here', async () => {
    const sentAt = await answered(
      {
        span: { spanId: OWN, durationMs: 400 },
        providers: [{ ...EXCHANGE, spanId: CHAT, model: 'small', retries: 1, units: { tokens_in: 7 }, costUsd: 0.5 }],
      },
      SAMPLED,
    );
    expect(ended).to.deep.equal(began);
    expect(ended).to.deep.equal([
      {
        ...{ provider: 'openai', operation: 'chat', model: 'small', outcome: 'ok', retries: 1 },
        ...{ parent: `00-${TRACE}-${OWN}-01`, traceparent: `00-${TRACE}-${CHAT}-01` },
        ...{ startedAt: sentAt + 150, durationMs: 300, units: { tokens_in: 7 } },
        ...{ costUsd: 0.5, credits: undefined, quota: undefined, note: undefined },
      },
    ]);
  });

  for (const traceparent of [undefined, SAMPLED.replace(/01$/, '00'), '00-a-b-01']) {
    it(`is counted and makes no spans in a call with the trace ${traceparent}`, async () => {
      await answered({ span: { spanId: OWN, durationMs: 1 }, providers: [{ ...EXCHANGE, spanId: CHAT }] }, traceparent);
      expect(works).to.deep.equal([]);
      expect(ended.map((exchange) => exchange.traceparent)).to.deep.equal([undefined]);
    });
  }

  it('comes with an error as well, and knows which', async () => {
    await answered({ span: { spanId: OWN, durationMs: 400 }, providers: [EXCHANGE] }, SAMPLED, 5021);
    expect(works.map(({ error }) => error?.errorName)).to.deep.equal(['TOOL_FAILED']);
    expect(ended).to.have.length(1);
  });

  it('cannot last longer than the call, nor reach out of it', async () => {
    const sentAt = await answered(
      {
        span: { spanId: OWN, durationMs: 80_000 },
        providers: [
          { ...EXCHANGE, afterMs: 400, durationMs: 70_000 },
          { ...EXCHANGE, afterMs: 9_999 },
        ],
      },
      SAMPLED,
    );
    expect(works[0]).to.include({ startedAt: sentAt, durationMs: 500 });
    expect(ended.map(({ startedAt, durationMs }) => [startedAt - sentAt, durationMs])).to.deep.equal([
      [400, 100],
      [500, 0],
    ]);
  });

  it('cannot take the place of another span', async () => {
    const twice = { ...EXCHANGE, spanId: CHAT };
    const asAttempt = { ...EXCHANGE, spanId: ATTEMPT };
    await answered({ span: { spanId: ATTEMPT, durationMs: 1 }, providers: [twice, twice, asAttempt] }, SAMPLED);
    expect(works, 'the id of the attempt is taken').to.deep.equal([]);
    expect(ended.map(({ traceparent }) => traceparent)).to.deep.equal([`00-${TRACE}-${CHAT}-01`, undefined, undefined]);
    expect(ended.every(({ parent }) => parent === SAMPLED)).to.equal(true);
  });

  it('cannot fill the metrics with names it makes up', () => {
    const reports = new WorkReports(() => 0);
    for (let call = 0; call < 20; call++) {
      const providers = Array.from({ length: 32 }, (_, n) => ({ ...EXCHANGE, provider: `p${call}-${n}` }));
      reports.tell({
        held: { call: new Asked(), sentAt: 0 },
        message: { kind: 'success', id: 'x', result: { structuredContent: 1, _meta: { observed: { providers } } } },
        error: undefined,
        worker: 'gpu-7',
      });
    }
    expect(ended).to.have.length(640);
    const names = new Set(ended.flatMap(({ provider, operation }) => [provider, operation]));
    expect(names.size).to.equal(65);
    expect(names.has('other')).to.equal(true);
  });

  it('tells no secret a worker takes for a name', () => {
    const redact = (text: string): string => text.replaceAll('sk-secret', '[REDACTED]');
    const quota = { 'sk-secret': 0.5, requests: 0.1 };
    const named = { provider: 'sk-secret', operation: 'chat.sk-secret', model: 'large sk-secret', quota };
    const providers = [{ ...EXCHANGE, ...named }, EXCHANGE];
    new WorkReports(() => 0, redact).tell({
      held: { call: new Asked(), sentAt: 0 },
      message: { kind: 'success', id: 'x', result: { structuredContent: 1, _meta: { observed: { providers } } } },
      error: undefined,
      worker: 'gpu-7',
    });
    expect(ended[0]).to.deep.include({
      ...{ provider: 'other', operation: 'other', model: 'large [REDACTED]', quota: { other: 0.5, requests: 0.1 } },
    });
    expect(ended[1]).to.include({ provider: 'openai', operation: 'chat' });
  });

  it('is not even read when nobody listens', async () => {
    for (const end of stop.splice(0)) end();
    let read = 0;
    const result = {
      structuredContent: 1,
      get _meta() {
        read += 1;
        return {};
      },
    };
    new WorkReports(() => 0).tell({
      held: { call: new Asked(), sentAt: 0 },
      message: { kind: 'success', id: 'x', result },
      error: undefined,
      worker: 'gpu-7',
    });
    expect(read).to.equal(0);
  });
});
