import { execFile, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Gateway, startGateway } from '@callsheet/server';
import { expect } from 'chai';
import { codeBlocks } from './code-blocks.ts';
import { ROOT } from './compile.ts';
import { needs } from './process.ts';

const run = promisify(execFile);
const KEY = 'a-key-to-try-the-pages-with-0000000';
const SECRET = '5'.repeat(64);

describe('the page about monitoring', function () {
  this.timeout(120_000);
  let folder: string;
  let gateway: Gateway;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'callsheet-watching-'));
    gateway = await startGateway({
      server: { port: 0, data_dir: join(folder, 'data') },
      auth: { admin_key: KEY },
      ollama: { detect: false },
      log: { level: 'silent' },
      alerts: {
        every_s: 1,
        // Fires at once, for there is always some.
        rules: { low_success_rate: { metric: 'process_resident_memory_bytes', condition: '> 0', duration_s: 0 } },
        channels: { people: { type: 'log' } },
      },
    });
  });
  after(async () => {
    await gateway?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** The blocks of the page in a language, those of its mark alone where there is one. */
  const blocks = async (language: string, mark?: string): Promise<string[]> =>
    (await codeBlocks('docs/monitoring.md'))
      .filter((block) => block.language === language && (mark === undefined || block.run === mark))
      .map(({ code }) => code);
  /** The commands of this tree, from source: what npx would find once it is built. */
  const source = (file: string): string =>
    `${process.execPath} --import ${join(ROOT, 'node_modules/tsx/dist/loader.mjs')} --conditions=source ${join(ROOT, file)}`;
  const options = (cwd: string) => ({
    cwd,
    // Where npm was started from is no business of these.
    env: { ...process.env, INIT_CWD: cwd, CALLSHEET_URL: gateway.url, CALLSHEET_API_KEY: KEY },
  });
  const room = async (name: string): Promise<string> => {
    const place = join(folder, name);
    await mkdir(place);
    return place;
  };

  it('shows commands for a shell that work', async () => {
    const [script = ''] = await blocks('sh', 'sh');
    const lines = script.split('\n').filter((line) => line !== '');
    expect(lines).to.have.length.above(5);
    for (const line of lines) {
      const command = line.replace('npx callsheet', source('sdk-node/src/cli/bin.ts'));
      await run('sh', ['-ec', command], options(folder));
    }
  });

  it('shows settings that an export and a gateway take as they stand', async () => {
    const settings = await blocks('toml');
    expect(settings).to.have.length.above(2);
    for (const [nth, toml] of settings.entries()) {
      const place = await room(`settings-${nth}`);
      await writeFile(join(place, 'callsheet.toml'), toml.replaceAll('"…"', `"${SECRET}"`));
      const command = source('server/src/bin.ts');
      const { stdout } = await run('sh', ['-ec', `${command} config print`], options(place));
      expect(stdout)
        .to.match(/# callsheet\.toml|"\*+"/)
        .and.not.contain(SECRET);
      await run('sh', ['-ec', `${command} monitoring export --out ops`], options(place));
    }
  });

  it('shows a scrape configuration and queries that Prometheus understands', async function () {
    needs('promtool', this);
    const place = await room('prometheus');
    await writeFile(join(place, 'callsheet.token'), SECRET);
    const [scrape = ''] = await blocks('yaml');
    await writeFile(
      join(place, 'prometheus.yml'),
      scrape.replace('/etc/prometheus/callsheet.token', 'callsheet.token'),
    );
    const queries = (await blocks('promql')).flatMap((code) => code.split('\n')).filter((line) => line !== '');
    expect(queries).to.have.length.above(2);
    const rules = queries.map((query, nth) => ({ record: `query_${nth}`, expr: query.replace(/ +#.*$/, '') }));
    await writeFile(join(place, 'rules.json'), JSON.stringify({ groups: [{ name: 'page', rules }] }));
    for (const words of [
      ['check', 'config', 'prometheus.yml'],
      ['check', 'rules', 'rules.json'],
    ]) {
      const { status, stdout, stderr } = spawnSync('promtool', words, { cwd: place, encoding: 'utf8' });
      expect(status, stdout + stderr).to.equal(0);
    }
  });
});
