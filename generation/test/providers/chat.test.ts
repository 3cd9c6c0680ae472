import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { findOllama } from '../../src/providers/ollama.ts';
import { openAiChat } from '../../src/providers/openai-chat.ts';
import { fakeClock, LIMIT_MS } from './fake-clock.ts';
import { type Simulator, startSimulator } from './simulator.ts';

const signal = new AbortController().signal;
const request = { messages: [{ role: 'user', content: 'Say hello' }], temperature: 0.5, signal } as const;
const caught = async (work: Promise<unknown>) => work.catch((error: unknown) => error);

describe('an OpenAI-compatible model', () => {
  let simulator: Simulator;
  afterEach(() => simulator.close());
  const chat = (apiKey?: string) =>
    openAiChat(
      { provider: 'openai', baseUrl: `${simulator.url}/v1/`, model: 'tiny', apiKey, timeoutMs: LIMIT_MS },
      { fetch, clock: fakeClock(), random: () => 0 },
    );

  it('answers with text and usage', async () => {
    simulator = await startSimulator({ apiKey: 'sk-right-key-123', text: 'Hello there.' });
    const reply = await chat('sk-right-key-123').complete(request);
    expect(reply).to.eql({ text: 'Hello there.', usage: { total_tokens: 12 } });
    expect(simulator.seen[0]?.path).to.equal('/v1/chat/completions');
    expect(simulator.seen[0]?.body).to.include({ model: 'tiny', temperature: 0.5, stream: false });
  });

  it('sends no Authorization without a key', async () => {
    simulator = await startSimulator();
    await chat().complete(request);
    expect(simulator.seen[0]?.authorization).to.equal(undefined);
  });

  it('reports a wrong key without telling it', async () => {
    simulator = await startSimulator({ apiKey: 'sk-right-key-123' });
    const error = await caught(chat('sk-wrong-key-456').complete(request));
    expect(CallError.is(error) && error.facts.details).to.include({
      reason: 'unauthorized_provider',
      http_status: 401,
    });
    expect(String(error)).not.to.contain('wrong-key');
  });

  it('takes refusals and strange answers for errors, not for scripts', async () => {
    const strange = [
      [{ choices: [{ message: { content: null, refusal: 'I will not.' } }] }, 'CONTENT_REFUSED'],
      [{ choices: [{ message: { content: 'x' }, finish_reason: 'content_filter' }] }, 'CONTENT_REFUSED'],
      [{ choices: [] }, 'UPSTREAM_ERROR'],
      [[], 'UPSTREAM_ERROR'],
      [{ choices: [{ message: { content: 7 } }] }, 'UPSTREAM_ERROR'],
    ] as const;
    simulator = await startSimulator({ faults: strange.map(([body]) => ({ kind: 'status', status: 200, body })) });
    for (const [, name] of strange) {
      const error = await caught(chat().complete(request));
      expect(CallError.is(error) && error.errorName).to.equal(name);
    }
  });
});

describe('looking for Ollama', () => {
  let simulator: Simulator;
  afterEach(() => simulator.close());
  const clock = fakeClock();
  const find = (model?: string) => findOllama({ url: simulator.url, model }, { fetch, clock, random: () => 0 });

  it('finds its first model that can write', async () => {
    simulator = await startSimulator({ models: ['nomic-embed-text:latest', 'llama3.2:3b', 'other'] });
    const model = await find()(signal);
    expect(model).to.include({ provider: 'ollama', model: 'llama3.2:3b' });
    expect((await model?.complete(request))?.text).to.equal('Hello.');
    expect(simulator.seen.map(({ path }) => path)).to.eql(['/api/tags', '/v1/chat/completions']);
  });

  it('takes the model that was named, or none', async () => {
    simulator = await startSimulator({ models: ['a', 'llama3:latest'] });
    expect((await find('llama3')(signal))?.model).to.equal('llama3:latest');
    expect(await find('gone')(signal)).to.equal(undefined);
  });

  it('looks once a minute, also when nobody is there and many ask at once', async () => {
    simulator = await startSimulator({ faults: [{ kind: 'cut' }], models: ['a'] });
    const look = find();
    expect(await Promise.all([look(signal), look(signal)])).to.eql([undefined, undefined]);
    expect(simulator.seen).to.have.length(1);
    clock.time += 60_000;
    expect((await look(signal))?.model).to.equal('a');
    expect(simulator.seen).to.have.length(2);
  });

  it('does not wait longer than 300 ms', async () => {
    simulator = await startSimulator({ faults: [{ kind: 'hang' }] });
    const work = find()(signal);
    while (simulator.seen.length === 0) await new Promise((resolve) => setImmediate(resolve));
    clock.pass();
    expect(await work).to.equal(undefined);
  });

  it('takes an answer of another shape for no models', async () => {
    simulator = await startSimulator({ faults: [{ kind: 'status', status: 200, body: { models: 'many' } }] });
    expect(await find()(signal)).to.equal(undefined);
  });
});
