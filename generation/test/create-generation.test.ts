import { type CallError, CallError as Failure } from '@callsheet/protocol';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import { createGeneration, type GenerationOptions } from '../src/index.ts';
import { startSimulator } from './providers/simulator.ts';
import { testHost } from './tool-context.ts';

const KEYLESS = { ollama: { detect: false } } as const;

describe('the generation tools', () => {
  it('are the eight of the catalogue, and four more for diagnosis when asked for', async () => {
    const plain = createGeneration(KEYLESS);
    expect(plain.tools.map(({ name }) => name).sort()).to.eql([
      'create_video',
      'generate_music',
      'generate_video_script',
      'generate_video_terms',
      'get_current_time',
      'import_media',
      'list_voices',
      'synthesize_voice',
    ]);
    const full = createGeneration({ ...KEYLESS, diagnostics: true });
    const added = full.tools.map(({ name }) => name).filter((name) => name.startsWith('diagnostics_'));
    expect(added.sort()).to.eql(['diagnostics_blob', 'diagnostics_echo', 'diagnostics_fail', 'diagnostics_sleep']);
    await Promise.all([plain.close(), full.close()]);
  });

  it('have schemas that compile in strict mode, close their objects and bound their patterns', async () => {
    const { tools, close } = createGeneration({ ...KEYLESS, diagnostics: true });
    const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true, ownProperties: true });
    for (const { name, input, output } of tools) {
      ajv.compile(input);
      ajv.compile(output);
      expect(input, name).to.include({ type: 'object', additionalProperties: false });
      for (const schema of nested(input)) {
        if ('pattern' in schema) expect(schema, name).to.have.property('maxLength');
        if ('properties' in schema) expect(schema.additionalProperties, name).to.equal(false);
      }
    }
    await close();
  });

  it('say what they do to a person and to a model', async () => {
    const { tools, close } = createGeneration({ ...KEYLESS, diagnostics: true });
    for (const tool of tools) {
      expect(tool.name).to.match(/^[a-z][a-z0-9_]{0,63}$/u);
      expect(tool.title.length, tool.name).to.be.within(3, 40);
      expect(tool.description.length, tool.name).to.be.within(40, 400);
      expect(tool.timeoutMs, tool.name).to.be.greaterThan(0);
    }
    await close();
  });

  it('accept the calls that the requirements show', async () => {
    const { tools, close } = createGeneration(KEYLESS);
    const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true });
    const calls: [string, Record<string, unknown>][] = [
      ['generate_video_script', { video_subject: 'AI in Healthcare', language: 'en', paragraph_number: 2 }],
      ['generate_video_script', { video_subject: 'Space exploration', paragraph_number: 2 }],
      ['generate_video_terms', { video_subject: 'Space', video_script: 'Stars.', amount: 20 }],
      [
        'create_video',
        { video_subject: 'x', video_aspect: '16:9', voice_name: 'none', bgm_type: 'random', subtitle_enabled: true },
      ],
      ['synthesize_voice', { text: 'Hello', voice_name: 'auto', voice_rate: 0.5, voice_volume: 1 }],
    ];
    for (const [name, args] of calls) {
      const tool = tools.find((candidate) => candidate.name === name);
      const validate = ajv.compile(tool?.input ?? false);
      expect(validate(args), `${name}: ${ajv.errorsText(validate.errors)}`).to.equal(true);
    }
    await close();
  });

  it('refuse what this version cannot do instead of ignoring it', async () => {
    const { tools, close } = createGeneration(KEYLESS);
    const validate = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true }).compile(
      tools.find(({ name }) => name === 'create_video')?.input ?? false,
    );
    for (const name of ['materials', 'watermark', 'count', 'webhook_url', 'video_source', 'bgm_file', 'video_terms']) {
      expect(validate({ video_subject: 'x', [name]: 1 }), name).to.equal(false);
    }
    await close();
  });

  it('write with the language model of the configuration', async () => {
    const text = '{"scenes":[{"title":"Tea","text":"Tea is a leaf in water."}]}';
    const simulator = await startSimulator({ apiKey: 'sk-configured-1', text });
    const llm = { baseUrl: `${simulator.url}/v1`, apiKey: 'sk-configured-1', model: 'tiny' };
    const { tools, close } = createGeneration({ ...KEYLESS, llm });
    const host = await testHost();
    const write = tools.find(({ name }) => name === 'generate_video_script');
    const script = await write?.run({ video_subject: 'Tea' }, host.context());
    expect(script).to.include({ script: 'Tea is a leaf in water.', method: 'llm', provider: 'openai', model: 'tiny' });
    await Promise.all([close(), simulator.close(), host.close()]);
  });

  it('look for a local model unless told not to', async () => {
    const simulator = await startSimulator({ models: ['small'], text: '{"scenes":[{"text":"Tea is a leaf."}]}' });
    const host = await testHost();
    for (const detect of [true, false]) {
      const { tools, close } = createGeneration({ ollama: { url: simulator.url, detect } });
      const write = tools.find(({ name }) => name === 'generate_video_script');
      const script = await write?.run({ video_subject: 'Tea' }, host.context());
      expect(script).to.have.property('method', detect ? 'llm' : 'outline');
      await close();
    }
    await Promise.all([simulator.close(), host.close()]);
  });

  it('use the ffmpeg that was named, or none', async () => {
    const { tools, close } = createGeneration({ ...KEYLESS, ffmpegPath: '/nowhere/ffmpeg' });
    const host = await testHost();
    const create = tools.find(({ name }) => name === 'create_video');
    const error = await create?.run({ video_subject: 'Tea' }, host.context()).catch((caught: unknown) => caught);
    expect(Failure.is(error) && (error as CallError).message).to.contain('/nowhere/ffmpeg');
    await Promise.all([close(), host.close()]);
  });

  it('refuse options that cannot be used, and never quote a key', () => {
    const cases: [GenerationOptions, RegExp][] = [
      [{ threads: 0 }, /"threads" is "0"/u],
      [{ threads: 1.5 }, /"threads"/u],
      [{ ffmpegPath: ' ' }, /"ffmpegPath"/u],
      [{ llm: { baseUrl: 'ftp://x', model: 'm' } }, /"llm.baseUrl" is "ftp:\/\/x"/u],
      [{ llm: { baseUrl: 'https://user:secret@x/v1', model: 'm' } }, /"llm.baseUrl" is "…"/u],
      [{ llm: { baseUrl: 'https://x/v1', model: '' } }, /"llm.model"/u],
      [{ llm: { baseUrl: 'https://x/v1', model: 'm', apiKey: 'sec ret\n' } }, /"llm.apiKey" is "…"/u],
      [{ ollama: { detect: true, url: 'nonsense' } }, /"ollama.url"/u],
      [{ ollama: { detect: true, model: ' ' } }, /"ollama.model"/u],
    ];
    for (const [options, message] of cases) expect(() => createGeneration(options)).to.throw(TypeError, message);
  });
});

/** Every schema inside a schema. */
function* nested(schema: unknown): Generator<Record<string, unknown>> {
  if (typeof schema !== 'object' || schema === null) return;
  if (!Array.isArray(schema) && 'type' in schema) yield schema as Record<string, unknown>;
  for (const member of Object.values(schema)) yield* nested(member);
}
