import { expect } from 'chai';
import { createGeneration } from '../../src/index.ts';
import { readCommandLine } from '../../src/worker/command-line.ts';
import { generationSettings } from '../../src/worker/generation-settings.ts';
import { VARIABLES } from '../../src/worker/options.ts';
import { UsageError } from '../../src/worker/usage-error.ts';

const settings = (env: Record<string, string>, ...args: string[]) => {
  const wish = readCommandLine(args);
  if (wish.kind !== 'work') throw new Error('not about working');
  return generationSettings(wish.words, env, 2);
};

describe('what the tools of a worker are set up with', () => {
  it('is what createGeneration does by itself, when nothing is said', () => {
    const { env: _, ...rest } = settings({ CALLSHEET_OLLAMA_URL: '' });
    expect(rest).to.deep.equal({
      threads: 2,
      diagnostics: false,
      ollama: { detect: true },
      intake: { allowHttp: false, allowPrivate: [] },
    });
  });

  it('comes from the variables the gateway reads, and from the command line first', async () => {
    const env = {
      CALLSHEET_LLM_BASE_URL: 'https://llm.example/v1',
      CALLSHEET_LLM_API_KEY: 'sk-1',
      CALLSHEET_LLM_MODEL: 'm',
      CALLSHEET_OLLAMA_DETECT: 'False',
      CALLSHEET_OLLAMA_URL: 'http://127.0.0.1:1',
      CALLSHEET_INTAKE_ALLOW_HTTP: '1',
      CALLSHEET_INTAKE_MAX_BYTES: '1024',
      CALLSHEET_TOOLS_FFMPEG_PATH: '/opt/ffmpeg',
    };
    expect(Object.keys(env)).to.include.members(Object.keys(VARIABLES));
    const read = settings(env, '--diagnostics', '--allow-private', 'media.internal:9000');
    expect(read).to.deep.equal({
      ...{ threads: 2, diagnostics: true, env, ffmpegPath: '/opt/ffmpeg' },
      llm: { baseUrl: 'https://llm.example/v1', apiKey: 'sk-1', model: 'm' },
      ollama: { detect: false, url: 'http://127.0.0.1:1' },
      intake: { allowHttp: true, allowPrivate: ['media.internal:9000'], maxBytes: 1_024 },
    });
    expect(settings(env, '--ffmpeg-path', '/usr/bin/ffmpeg').ffmpegPath).to.equal('/usr/bin/ffmpeg');
    await createGeneration(read).close();
  });

  for (const [name, value, says] of [
    ['CALLSHEET_OLLAMA_DETECT', 'maybe', 'CALLSHEET_OLLAMA_DETECT "maybe"; set true or false'],
    ['CALLSHEET_INTAKE_MAX_BYTES', '1 GiB', 'CALLSHEET_INTAKE_MAX_BYTES "1 GiB"; set a whole number'],
    ['CALLSHEET_LLM_MODEL', 'm', 'set both CALLSHEET_LLM_BASE_URL and CALLSHEET_LLM_MODEL'],
  ] as const) {
    it(`is refused with a reason: ${name}=${value}`, () => {
      expect(() => settings({ [name]: value }))
        .to.throw(UsageError)
        .with.property('message')
        .that.contains(says);
    });
  }
});
