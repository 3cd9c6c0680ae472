import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { CallError, CHANNELS, type ProviderObservation } from '@callsheet/protocol';
import { expect } from 'chai';
import { openAiChat } from '../../src/providers/openai-chat.ts';
import { generateVideoScript } from '../../src/tools/generate-video-script.ts';
import { testHost } from '../tool-context.ts';
import { fakeClock, LIMIT_MS } from './fake-clock.ts';
import { type SimulatorOptions, startSimulator } from './simulator.ts';

const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const OWN = '00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01';
const SCENES = JSON.stringify({ scenes: [{ title: 'Reefs', text: 'Reefs are alive.' }] });

describe('an exchange with a provider', () => {
  const began: ProviderObservation[] = [];
  /** As they were when they ended. */
  const ended: ProviderObservation[] = [];
  let closing: (() => Promise<unknown>)[] = [];
  let span: string | undefined;
  const onStart = (message: unknown): void => {
    const exchange = message as ProviderObservation;
    exchange.traceparent = span;
    began.push({ ...exchange });
  };
  const onEnd = (message: unknown): void => void ended.push(message as ProviderObservation);
  beforeEach(() => {
    span = undefined;
    subscribe(CHANNELS.providerStart, onStart);
    subscribe(CHANNELS.providerEnd, onEnd);
  });
  afterEach(async () => {
    unsubscribe(CHANNELS.providerStart, onStart);
    unsubscribe(CHANNELS.providerEnd, onEnd);
    began.splice(0);
    ended.splice(0);
    for (const close of closing.splice(0)) await close();
  });

  const setUp = async (options: SimulatorOptions = {}) => {
    const simulator = await startSimulator(options);
    closing = [simulator.close];
    const clock = fakeClock();
    const model = openAiChat(
      { provider: 'openai', baseUrl: simulator.url, model: 'tiny', timeoutMs: LIMIT_MS },
      { fetch, clock, random: () => 0.5 },
    );
    const ask = (signal = new AbortController().signal, traceparent?: string) =>
      model
        .complete({
          messages: [{ role: 'user', content: 'Say hello' }],
          temperature: 0,
          signal,
          trace: { ...(traceparent !== undefined && { traceparent }), tracestate: 'secret=1' },
        })
        .catch((error: unknown) => error);
    return { simulator, clock, model, ask };
  };

  it('is told when it begins and when it has ended, with what it used', async () => {
    const { ask } = await setUp({
      usage: { prompt_tokens: 20, completion_tokens: 5, total_tokens: 25, prompt_tokens_details: { cached_tokens: 3 } },
    });
    await ask(undefined, PARENT);
    const facts = { provider: 'openai', operation: 'chat', model: 'tiny', parent: PARENT, startedAt: 1_000_000 };
    expect(began).to.have.length(1);
    expect(began[0]).to.deep.include({ ...facts, outcome: undefined, units: undefined });
    expect(ended).to.have.length(1);
    expect(ended[0]).to.deep.include({ ...facts, outcome: 'ok', retries: 0, units: { tokens_in: 20, tokens_out: 5 } });
  });

  it('says nothing of units that the provider did not count', async () => {
    const { ask } = await setUp({ usage: { total_tokens: 12, prompt_tokens: 'many' } });
    await ask();
    expect(ended[0]).to.include({ outcome: 'ok', units: undefined, parent: undefined });
  });

  it('sends the provider the span that was made of it, else the one it is part of, and never the tracestate', async () => {
    const { ask, simulator } = await setUp();
    await ask(undefined, PARENT);
    span = OWN;
    await ask(undefined, PARENT);
    span = undefined;
    await ask();
    expect(simulator.seen.map(({ traceparent }) => traceparent)).to.deep.equal([PARENT, OWN, undefined]);
  });

  it('counts every try, and how long they took together', async () => {
    const { ask } = await setUp({
      faults: [
        { kind: 'status', status: 503 },
        { kind: 'status', status: 503 },
      ],
    });
    await ask();
    // Half of 500 ms, then half of 1,000 ms.
    expect(ended[0]).to.include({ outcome: 'ok', retries: 2, durationMs: 750 });
  });

  for (const [outcome, status] of [
    ['rate_limited', 429],
    ['timeout', 504],
    ['error', 401],
    ['error', 500],
  ] as const) {
    it(`ends as ${outcome} when all the provider says is ${status}`, async () => {
      const { ask } = await setUp({ faults: Array.from({ length: 3 }, () => ({ kind: 'status', status })) });
      expect(CallError.is(await ask())).to.equal(true);
      expect(ended.map((exchange) => exchange.outcome)).to.deep.equal([outcome]);
    });
  }

  it('ends as an error, and paid for, when the provider refuses the subject', async () => {
    const { ask } = await setUp({
      faults: [
        {
          kind: 'status',
          status: 200,
          body: {
            choices: [{ message: { content: null, refusal: 'I will not.' } }],
            usage: { prompt_tokens: 9, completion_tokens: 1 },
          },
        },
      ],
    });
    await ask();
    expect(ended[0]).to.deep.include({ outcome: 'error', units: { tokens_in: 9, tokens_out: 1 } });
  });

  it('ends as cancelled, or as a timeout, by what its call was given up for', async () => {
    const { ask } = await setUp();
    await ask(AbortSignal.abort());
    await ask(AbortSignal.abort(new CallError('DEADLINE_EXCEEDED', 'too late')));
    expect(ended.map(({ outcome }) => outcome)).to.deep.equal(['cancelled', 'timeout']);
  });

  it('belongs to the call of the tool that needed it', async () => {
    const { model } = await setUp({ text: SCENES });
    const host = await testHost();
    closing.push(host.close);
    const tool = generateVideoScript({ configured: model });
    const script = await tool.run({ video_subject: 'Reefs' }, host.context({ trace: { traceparent: PARENT } }));
    expect(script).to.include({ provider: 'openai', method: 'llm' });
    expect(ended.map(({ parent }) => parent)).to.deep.equal([PARENT]);
  });
});
