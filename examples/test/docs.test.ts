import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Gateway, startGateway } from '@callsheet/server';
import { expect } from 'chai';
import { codeBlocks, modulesOf, programOf } from './code-blocks.ts';
import { compileClients, ROOT, tool } from './compile.ts';
import { needs } from './process.ts';

const run = promisify(execFile);
const KEY = 'a-key-to-try-the-pages-with-0000000';
const PAGES = [
  ...['client-node', 'client-browser', 'client-tabs', 'client-react', 'client-testing', 'typed-tools'].map(
    (name) => `docs/${name}.md`,
  ),
  ...['sdk-browser/README.md', 'sdk-core/README.md'],
];
const TYPES = ['examples/node-client/tools.d.ts', 'examples/react-page/src/tools.d.ts'];

/** As an application has them whose author is strict. Types come from `dist`, as for everybody else. */
const STRICT = {
  compilerOptions: {
    ...{ target: 'es2022', lib: ['es2023', 'dom', 'dom.iterable', 'esnext.disposable'], types: ['node'] },
    ...{ module: 'nodenext', jsx: 'react-jsx', strict: true, noUncheckedIndexedAccess: true },
    ...{ exactOptionalPropertyTypes: true, verbatimModuleSyntax: true, skipLibCheck: true, noEmit: true },
  },
};

describe('the pages about clients', function () {
  this.timeout(120_000);
  // Below the examples, so that the packages resolve as for a reader who has installed them.
  let folder: string;
  let data: string;
  let gateway: Gateway;
  before(async () => {
    folder = await mkdtemp(join(ROOT, 'examples/.docs-'));
    data = await mkdtemp(join(tmpdir(), 'callsheet-docs-'));
    gateway = await startGateway({
      server: { port: 0, data_dir: data },
      auth: { admin_key: KEY },
      ollama: { detect: false },
      log: { level: 'silent' },
    });
    await run(process.execPath, callsheet('types', '--out', 'tools.d.ts'), options());
  });
  after(async () => {
    await gateway?.close();
    await rm(folder, { recursive: true, force: true });
    await rm(data, { recursive: true, force: true });
  });

  const callsheet = (...args: string[]) => [
    ...['--import', 'tsx', '--conditions=source', join(ROOT, 'sdk-node/src/cli/bin.ts')],
    ...args,
  ];
  const options = () => ({
    cwd: folder,
    env: { ...process.env, CALLSHEET_URL: gateway.url, CALLSHEET_API_KEY: KEY },
  });

  /** Runs the program of a page, and answers what it printed, line by line. */
  async function runs(page: string): Promise<string[]> {
    const file = join(folder, `${page}.run.ts`);
    const here = programOf(await codeBlocks(`docs/${page}.md`), 'node').replaceAll("'/tmp/", `'${data}/`);
    await writeFile(file, here);
    const { stdout } = await run(process.execPath, ['--import', 'tsx', '--conditions=source', file], options());
    return stdout.trim().split('\n');
  }

  it('show code that compiles as it stands, under strict settings', async () => {
    await compileClients();
    const include: string[] = [];
    for (const page of PAGES) {
      const blocks = (await codeBlocks(page)).filter(({ language }) => /^tsx?$/.test(language));
      expect(blocks, page).to.not.deep.equal([]);
      const ending = blocks.some(({ language }) => language === 'tsx') ? 'tsx' : 'ts';
      for (const [index, code] of modulesOf(blocks).entries()) {
        const place = join(folder, `${page.replace(/\W/g, '-')}-${index + 1}`);
        await mkdir(place);
        await cp(join(folder, 'tools.d.ts'), join(place, 'tools.d.ts'));
        await writeFile(join(place, `block.${ending}`), `${code}\nexport {};\n`);
        include.push(place);
      }
    }
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ ...STRICT, include }));
    await tool('typescript/bin/tsc', ['-p', folder]);
  });

  it('client-node: a program that works as it stands', async function () {
    needs('ffmpeg', this);
    const lines = await runs('client-node');
    expect(lines[0]).to.match(/^extractive Reefs cover/);
    expect(lines.join('\n'))
      .to.match(/^\d+ 1 \w+ \d/m)
      .and.to.match(/^job_\S+$/m)
      .and.to.match(/^render 0\.\d+$/m)
      .and.to.match(/^fulfilled\nfulfilled$/m)
      .and.to.match(/^hit$/m)
      .and.to.match(/^get_current_time \d/m)
      .and.to.match(/^asset:ast_\w+$/m)
      .and.to.match(/^INVALID_PARAMS false /m);
    expect((await readFile(join(data, 'reefs.mp4'))).length).to.be.greaterThan(10_000);
  });

  it('client-testing: tests that pass without a gateway', async () => {
    expect(await runs('client-testing')).to.deep.equal(['']);
  });

  it('typed-tools: commands that write types and hold them against the gateway', async () => {
    const [block] = (await codeBlocks('docs/typed-tools.md')).filter((each) => each.run === 'sh');
    const command = [process.execPath, ...callsheet()].join(' ');
    const script = block?.code.replaceAll('npx callsheet', command) ?? expect.fail();
    const cwd = join(folder, 'commands');
    await mkdir(cwd);
    const { stderr } = await run('sh', ['-ec', script], { ...options(), cwd });
    expect(stderr).to.match(/wrote tools\.d\.ts[\s\S]*tools\.d\.ts is what the gateway offers/);
  });

  it('have in their examples the types that the gateway offers', async () => {
    for (const file of TYPES) {
      const [, tools = ''] = /--tools (\S+)/.exec(await readFile(join(ROOT, file), 'utf8')) ?? [];
      const args = callsheet('types', '--tools', tools, '--check', join(ROOT, file));
      const { stderr } = await run(process.execPath, args, options());
      expect(stderr).to.match(/is what the gateway offers/);
    }
  });

  it('name every code an error can have', async () => {
    const page = await readFile(join(ROOT, 'docs/client-node.md'), 'utf8');
    const source = await readFile(join(ROOT, 'sdk-core/src/errors.ts'), 'utf8');
    const [, union = ''] = /export type ErrorCode =([\s\S]*?);/.exec(source) ?? [];
    const codes = [...union.matchAll(/'(\w+)'/g)].map(([, code = '']) => code);
    expect(codes).to.include('TIMEOUT');
    const rows = page.split('\n').filter((line) => line.startsWith('| `'));
    for (const code of codes)
      expect(
        rows.some((row) => row.split('|')[1]?.includes(`\`${code}\``)),
        code,
      ).to.equal(true);
  });
});
