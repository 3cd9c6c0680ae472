import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Gateway, startGateway } from '@callsheet/server';
import { expect } from 'chai';
import { codeBlocks } from './code-blocks.ts';
import { ROOT } from './compile.ts';
import { needs } from './process.ts';

const run = promisify(execFile);
const KEY = 'a-key-to-try-the-readme-with-000000';

/** The code blocks a reader is told to run, in order, with the kind their mark names. */
async function blocks(kind: string): Promise<string[]> {
  return (await codeBlocks('README.md')).filter(({ run }) => run === kind).map(({ code }) => code);
}

describe('the README', () => {
  let folder: string;
  let gateway: Gateway;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'callsheet-readme-'));
    gateway = await startGateway({
      server: { port: 0, data_dir: join(folder, 'data') },
      auth: { admin_key: KEY },
      ollama: { detect: false },
      log: { level: 'silent' },
    });
  });
  after(async () => {
    await gateway.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** The code with this gateway's address and key instead of the usual ones. */
  const here = (code: string): string =>
    code.replaceAll('127.0.0.1:8081', new URL(gateway.httpUrl).host).replaceAll('csk_live_…', KEY);
  const env = () => ({ ...process.env, CALLSHEET_URL: gateway.url, CALLSHEET_API_KEY: KEY });
  const node = (code: string) =>
    run(process.execPath, ['--import', 'tsx', '--conditions=source', '--input-type=module', '-e', code], {
      cwd: join(ROOT, 'examples'),
      env: env(),
    });

  it('shows a first call from Node that works as it stands', async () => {
    const [code = ''] = await blocks('node');
    const out = join(folder, 'calm.wav');
    const { stdout } = await node(here(code).replace("'calm.wav'", JSON.stringify(out)));
    expect(stdout)
      .to.match(/^extractive Reefs cover less than one percent/)
      .and.to.match(/^music /m);
    expect((await stat(out)).size).to.be.greaterThan(5 * 48_000);
  });

  it('shows a worker that serves its tool, and goes when it is told to', async () => {
    const [code = ''] = await blocks('worker');
    const story = `${here(code)}
      const { connect } = await import('@callsheet/sdk-node');
      const client = await connect();
      console.log((await client.call('shout', { text: 'louder' })).text);
      await client.close();
      process.kill(process.pid, 'SIGTERM');`;
    const { stdout } = await node(story);
    expect(stdout).to.match(/^LOUDER$/m);
  });

  it('shows shell commands that work', async function () {
    const scripts = await blocks('sh');
    expect(scripts).to.have.length(2);
    for (const script of scripts) {
      if (script.includes('curl')) needs('curl', this);
      // The command of this tree, from source: what npx would find once it is built.
      const callsheet = `${process.execPath} --import tsx --conditions=source ${join(ROOT, 'sdk-node/src/cli/bin.ts')}`;
      const command = here(script)
        .replaceAll('npx callsheet', callsheet)
        .replace('hello.wav', join(folder, 'hello.wav'));
      const { stdout } = await run('sh', ['-ec', command], { cwd: ROOT, env: env() });
      expect(stdout).to.not.equal('');
    }
    expect((await stat(join(folder, 'hello.wav'))).size).to.be.greaterThan(10_000);
  });

  it('shows a policy file that a gateway takes as it stands', async () => {
    const [policy = ''] = await blocks('policy');
    const file = join(folder, 'policy.yaml');
    await writeFile(file, policy);
    const strict = await startGateway({
      server: { port: 0, data_dir: join(folder, 'strict') },
      auth: { api_keys: { eve: { key: KEY, role: 'editor' } } },
      policy: { file },
      ollama: { detect: false },
      log: { level: 'silent' },
    });
    try {
      const url = `${strict.url}`;
      const code = `import { connect } from '@callsheet/sdk-node';
        const client = await connect();
        const { tools } = await client.request('tools/list', {});
        console.log(tools.map(({ name }) => name).join(' '));
        await client.close();`;
      const { stdout } = await run(
        process.execPath,
        ['--import', 'tsx', '--conditions=source', '--input-type=module', '-e', code],
        { cwd: join(ROOT, 'examples'), env: { ...env(), CALLSHEET_URL: url } },
      );
      expect(stdout.split(/\s/))
        .to.include.members(['import_media', 'synthesize_voice'])
        .and.to.not.include('create_video');
    } finally {
      await strict.close();
    }
  });

  it('names commands of the gateway that exist', async () => {
    const text = await readFile(join(ROOT, 'README.md'), 'utf8');
    const named = [...text.matchAll(/npx callsheet-server ([a-z]+ [a-z]+)/g)].map(([, words = '']) => words);
    expect(named).to.include('keys rotate');
    const bin = join(ROOT, 'server/src/bin.ts');
    const { stdout } = await run(process.execPath, ['--import', 'tsx', '--conditions=source', bin, '--help'], {
      cwd: ROOT,
    });
    for (const words of named) expect(stdout).to.include(words);
  });
});
