import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import type { ChatModel, ChatRequest } from '../../src/providers/chat-model.ts';
import { type ScriptRequest, writeScript } from '../../src/script/write-script.ts';
import { REEFS } from './reefs.ts';

const GOOD = '{"scenes":[{"title":"Reefs","text":"Reefs are alive."},{"text":"They need light."}]}';

/** A model that gives the answers one after the other; an Error among them is thrown. */
function modelOf(provider: string, answers: readonly (string | Error)[]): { model: ChatModel; asked: ChatRequest[] } {
  const asked: ChatRequest[] = [];
  const model: ChatModel = {
    provider,
    model: `${provider}-model`,
    async complete(request) {
      const answer = answers[asked.length];
      asked.push(request);
      if (answer === undefined) throw new Error('asked too often');
      if (answer instanceof Error) throw answer;
      return { text: answer, usage: { total_tokens: 7 } };
    },
  };
  return { model, asked };
}

const request = (over: Partial<ScriptRequest> = {}): ScriptRequest => ({
  subject: 'Coral reefs',
  paragraphs: 2,
  targetSeconds: 30,
  provider: 'auto',
  signal: new AbortController().signal,
  ...over,
});
const caught = async (work: Promise<unknown>) => work.catch((error: unknown) => error);

describe('writing a script', () => {
  it('asks the configured model first', async () => {
    const { model } = modelOf('openai', [GOOD]);
    const findOllama = async () => modelOf('ollama', [GOOD]).model;
    const written = await writeScript(request({ sourceText: REEFS }), { configured: model, findOllama });
    expect(written).to.include({ method: 'llm', provider: 'openai', model: 'openai-model', grounded: false });
    expect(written.paragraphs).to.eql(['Reefs are alive.', 'They need light.']);
    expect(written.scenes.map(({ title }) => title)).to.eql(['Reefs', 'Light']);
    expect(written.usage).to.eql({ total_tokens: 7 });
  });

  it('asks a local model when none is configured', async () => {
    const written = await writeScript(request(), { findOllama: async () => modelOf('ollama', [GOOD]).model });
    expect(written.provider).to.equal('ollama');
  });

  it('extracts from the source when there is no model', async () => {
    const written = await writeScript(request({ sourceText: REEFS }), { findOllama: async () => undefined });
    expect(written).to.include({ method: 'extractive', grounded: true, provider: 'local' });
    expect(written.paragraphs).to.have.length(2);
    expect(written.notice).to.equal(undefined);
  });

  it('outlines when there is neither model nor source, and says that it is no more', async () => {
    const written = await writeScript(request(), {});
    expect(written).to.include({ method: 'outline', grounded: false });
    expect(written.notice).to.contain('no facts');
  });

  it('falls back with a notice when the models fail', async () => {
    const { model } = modelOf('openai', [new CallError('RATE_LIMITED', 'Slow down')]);
    const findOllama = async () => modelOf('ollama', [new TypeError('secret detail')]).model;
    const written = await writeScript(request({ sourceText: REEFS }), { configured: model, findOllama });
    expect(written.method).to.equal('extractive');
    expect(written.notice).to.contain('Slow down').and.contain('"ollama" failed').and.not.contain('secret');
  });

  it('fails instead of falling back when the provider was asked for', async () => {
    const failure = new CallError('RATE_LIMITED', 'Slow down');
    const { model } = modelOf('openai', [failure]);
    expect(await caught(writeScript(request({ provider: 'openai' }), { configured: model }))).to.equal(failure);
  });

  it('says what is missing when a provider that was asked for is not there', async () => {
    for (const provider of ['openai', 'ollama'] as const) {
      const error = await caught(writeScript(request({ provider }), {}));
      expect(CallError.is(error) && error.errorName, provider).to.equal('UPSTREAM_ERROR');
    }
  });

  it('leaves models alone when the local way was asked for', async () => {
    const { model, asked } = modelOf('openai', [GOOD]);
    await writeScript(request({ provider: 'local' }), { configured: model });
    expect(asked).to.have.length(0);
  });

  it('says what it could not follow or did not read', async () => {
    const local = await writeScript(request({ sourceText: REEFS, tone: 'warm' }), {});
    expect(local.notice).to.contain('"tone"');
    const { model } = modelOf('openai', [GOOD]);
    const long = await writeScript(request({ sourceText: REEFS.repeat(30) }), { configured: model });
    expect(long.notice).to.contain('first 24000 characters');
  });

  it('sends a bad answer back once, with the reason', async () => {
    const { model, asked } = modelOf('openai', ['I would love to!', GOOD]);
    const written = await writeScript(request(), { configured: model });
    expect(written.method).to.equal('llm');
    expect(asked[1]?.messages.at(-1)?.content).to.contain('no JSON object');
  });

  it('refuses a model that answers badly twice', async () => {
    const { model } = modelOf('openai', ['{"scenes":[]}', '{"scenes":[]}']);
    const error = await caught(writeScript(request({ provider: 'openai' }), { configured: model }));
    expect(CallError.is(error) && error.message).to.contain('"scenes" is empty');
  });

  it('passes cancellation on instead of falling back', async () => {
    const stop = new AbortController();
    const failure = new CallError('CANCELLED');
    const { model } = modelOf('openai', [failure]);
    stop.abort();
    expect(await caught(writeScript(request({ signal: stop.signal }), { configured: model }))).to.equal(failure);
  });

  it('marks the subject and the source as material and tells the model the length', async () => {
    const { model, asked } = modelOf('openai', [GOOD]);
    await writeScript(request({ sourceText: REEFS, tone: 'warm', prompt: 'Mention light.', language: 'en' }), {
      configured: model,
    });
    const [system, user] = asked[0]?.messages ?? [];
    expect(system?.content)
      .to.contain('exactly 2 scenes')
      .and.contain('75 words')
      .and.contain('in English')
      .and.contain('Tone: warm');
    expect(user?.content)
      .to.contain('«<Coral reefs>»')
      .and.contain('«<Coral reefs cover')
      .and.contain('Mention light.');
  });
});
