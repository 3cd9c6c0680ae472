import { lstat, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import { main } from '../../src/cli/main.ts';
import { ScriptedGateway } from '../scripted-gateway.ts';
import { toolWith } from '../types/tool-with.ts';
import { FakeTerminal } from './fake-terminal.ts';

const echo = (text: JsonObject = { type: 'string' }): JsonObject => ({
  ...toolWith('echo', { description: 'Says it again' }),
  inputSchema: { type: 'object', properties: { text }, required: ['text'], additionalProperties: false },
});
const row = (name: string): JsonObject => ({ ...toolWith(name) });

describe('callsheet types', () => {
  let gateway: ScriptedGateway;
  let terminal: FakeTerminal;
  let folder: string;
  let file: string;
  const types = (...args: string[]): Promise<number> => {
    terminal = new FakeTerminal({ CALLSHEET_URL: gateway.url, CALLSHEET_API_KEY: 'k1' });
    return main(['types', ...args], terminal);
  };
  const offer = (...tools: JsonObject[]): void => {
    gateway.rpc.handlers['tools/list'] = () => ({ tools });
  };

  beforeEach(async () => {
    gateway = await ScriptedGateway.start();
    folder = await mkdtemp(join(tmpdir(), 'callsheet-types-'));
    file = join(folder, 'tools.d.ts');
    offer(row('speak'), echo());
  });
  afterEach(async () => {
    await gateway.stop();
    await rm(folder, { recursive: true });
  });

  it('writes the catalogue to standard output, and nothing else anywhere', async () => {
    expect(await types()).to.equal(0);
    expect(terminal.stdout.text)
      .to.contain(
        'export interface Tools {\n  /** Says it again */\n  echo: { input: EchoInput; output: EchoOutput };\n',
      )
      .and.contain('export type EchoInput = {\n  text: string;\n};\n')
      .and.match(/renew it with: callsheet types --out <this file>\n/);
    expect(terminal.stderr.text).to.equal('');
  });

  it('--tools limits it, and the header says so', async () => {
    expect(await types('--tools', 'ec*,nothing_like_it')).to.equal(2);
    expect(terminal.stderr.text).to.contain('There is no tool "nothing_like_it"');
    expect(await types('--tools', 'ehco')).to.equal(2);
    expect(terminal.stderr.text).to.contain('did you mean "echo"?');
    expect(await types('--tools', 'ec*')).to.equal(0);
    expect(terminal.stdout.text)
      .to.contain("renew it with: callsheet types --tools 'ec*' --out <this file>")
      .and.contain('EchoInput')
      .and.not.contain('SpeakInput');
    expect(await types('--tools', 'speak,echo')).to.equal(0);
    expect(terminal.stdout.text).to.contain('callsheet types --tools speak,echo --out');
  });

  it('--out writes once, and again only when something changed', async () => {
    expect(await types('--out', file)).to.equal(0);
    expect(terminal.stderr.text).to.equal(`callsheet: wrote ${file}\n`);
    const first = await readFile(file, 'utf8');
    await writeFile(file, first.replaceAll('\n', '\r\n'));
    const { ino, mtimeMs } = await stat(file);
    expect(await types('--out', file)).to.equal(0);
    expect(terminal.stderr.text).to.contain('nothing changed');
    expect(await stat(file)).to.include({ ino, mtimeMs });
    offer(echo({ type: 'number' }));
    expect(await types('--out', file)).to.equal(0);
    expect(await readFile(file, 'utf8')).to.contain('text: number');
    expect(await readdir(folder)).to.deep.equal(['tools.d.ts']);
    expect(terminal.stdout.text).to.equal('');
  });

  it('--out keeps a link a link, and leaves nothing behind where it cannot write', async () => {
    const link = join(folder, 'link.d.ts');
    await writeFile(file, 'old');
    await symlink(file, link);
    expect(await types('--out', link)).to.equal(0);
    expect((await lstat(link)).isSymbolicLink()).to.equal(true);
    expect(await readFile(file, 'utf8')).to.contain('EchoInput');
    const missing = join(folder, 'none', 'tools.d.ts');
    expect(await types('--out', missing)).to.equal(2);
    expect(terminal.stderr.text).to.match(
      /^callsheet: Cannot write .*: ENOENT: no such file or directory; make the folder/,
    );
    expect(terminal.stderr.text).to.contain(missing).and.not.contain('.tmp');
    expect(await types('--out', folder)).to.equal(2);
    expect(terminal.stderr.text).to.contain('it is a folder');
    expect((await readdir(folder)).sort()).to.deep.equal(['link.d.ts', 'tools.d.ts']);
  });

  it('--check is content with the same text, whatever its line endings', async () => {
    await types('--out', file);
    await writeFile(file, `\ufeff${(await readFile(file, 'utf8')).replaceAll('\n', '\r\n')}`);
    expect(await types('--check', file)).to.equal(0);
    expect(terminal.stderr.text).to.equal(`callsheet: ${file} is what the gateway offers\n`);
  });

  it('--check tells which tools came, went and changed, and in what', async () => {
    await types('--out', file);
    offer(echo({ type: 'number', description: 'How loud' }), row('sing'));
    expect(await types('--check', file)).to.equal(1);
    expect(terminal.stderr.text).to.equal(
      `callsheet: ${file} is not what the gateway offers now:\n` +
        '  added    sing\n' +
        '  removed  speak\n' +
        '  changed  echo: input.text: string → number\n' +
        `Renew it with: callsheet types --out ${file}\n`,
    );
    expect(terminal.stdout.text).to.equal('');
    expect(await types('--check', file, '--tools', 'speak')).to.equal(1);
    expect(terminal.stderr.text).to.contain('  removed  echo\n  removed  speak\n').and.contain('--tools speak --out');
  });

  it('--check of a file made with --tools compares those, and renews it with them', async () => {
    for (const [tools, inShell] of [
      ['ec*', "'ec*'"],
      ['echo', 'echo'],
    ] as const) {
      offer(row('speak'), echo());
      await types('--out', file, '--tools', tools);
      expect(await types('--check', file)).to.equal(0);
      offer(row('speak'), echo({ type: 'number' }));
      expect(await types('--check', file)).to.equal(1);
      expect(terminal.stderr.text)
        .to.contain('input.text: string → number')
        .and.contain(`Renew it with: callsheet types --tools ${inShell} --out ${file}\n`)
        .and.not.contain('speak');
    }
    expect(await types('--check', file, '--tools', 'echo,speak')).to.equal(1);
    expect(terminal.stderr.text).to.contain('added    speak');
  });

  it('--check is content with a file that a formatter laid out anew, and not with one that says something else', async () => {
    const tool = echo({ type: 'string', enum: ['it’s', '"so"'], description: 'What to say' });
    offer(row('speak'), tool);
    await types('--out', file);
    const formatted = (await readFile(file, 'utf8'))
      .replace(/"it’s" \| "\\"so\\""/, "\n\t\t| 'it’s'\n\t\t| '\"so\"'")
      .replaceAll('  ', '\t')
      .replaceAll(';\n', '\n')
      .replace('/** What to say */', '/** What to say,\n * in other words */');
    await writeFile(file, formatted);
    expect(await types('--check', file)).to.equal(0);
    await writeFile(file, formatted.replace('text:', 'text?:'));
    expect(await types('--check', file)).to.equal(1);
    expect(terminal.stderr.text).to.equal(
      `callsheet: ${file} was made from what the gateway offers now, and changed since, or made by another version:\n` +
        '  changed  echo: input.text (now required)\n' +
        `Renew it with: callsheet types --out ${file}\n`,
    );
  });

  const torn: [what: string, text: (text: string) => string, told: string][] = [
    ['a statement of another kind', (text) => text.replace('export', 'const a = 1;\nexport'), 'line 5 holds "const"'],
    ['half of the file', (text) => text.slice(0, text.lastIndexOf(' =')), 'holds the end of the file'],
    ['a sign TypeScript does not have', (text) => text.replace('export', '#export'), 'line 5 holds "#"'],
    [
      'no header',
      (text) => text.slice(text.indexOf('export')),
      'its header, which says what it was made from, is gone',
    ],
  ];
  for (const [what, change, told] of torn) {
    it(`--check says that it cannot compare a file with ${what}`, async () => {
      await types('--out', file);
      await writeFile(file, change(await readFile(file, 'utf8')));
      expect(await types('--check', file)).to.equal(1);
      expect(terminal.stderr.text)
        .to.contain(`${file} cannot be compared: `)
        .and.contain(told)
        .and.contain('Renew it with: callsheet types --out');
    });
  }

  it('--check tells a change that types cannot say, and shortens a long list', async () => {
    await types('--out', file);
    offer(row('speak'), echo({ type: 'string', not: { const: 'no' } }));
    expect(await types('--check', file)).to.equal(1);
    expect(terminal.stderr.text).to.contain('  only what types cannot say\n');
    offer(row('speak'), echo(), ...Array.from({ length: 30 }, (_, at) => row(`more_${at}`)));
    expect(await types('--check', file)).to.equal(1);
    expect(terminal.stderr.text).to.contain('  added    and 10 more\n');
  });

  it('--check of a file that is not there is wrong use', async () => {
    expect(await types('--check', file)).to.equal(2);
    expect(terminal.stderr.text).to.contain('ENOENT').and.contain('callsheet types --out makes it');
  });

  it('a gateway that cannot be asked ends it as any other command', async () => {
    gateway.refuseWith = 401;
    expect(await types('--check', file)).to.equal(3);
    gateway.refuseWith = undefined;
    const ended = types('--timeout', '5s');
    gateway.rpc.handlers['tools/list'] = () => undefined;
    while ((gateway.rpc.lines[0]?.requests('tools/list').length ?? 0) === 0) await new Promise(setImmediate);
    terminal.timers.get(5_000)?.();
    expect(await ended).to.equal(5);
  });

  const wrong: [string[], string][] = [
    [['file.d.ts'], 'a file is --out FILE or --check FILE'],
    [['--out', 'a', '--check', 'b'], 'both --check and --out'],
    [['--out', ''], 'Cannot use --out without a file'],
    [['--tools', 'a,,b'], 'Cannot use --tools with ""'],
    [['--tools', '$(x)'], 'Cannot use --tools with "$(x)"'],
    [['--timeout', 'soon'], 'Cannot use --timeout "soon"'],
    [['--timeout', '0'], 'Cannot use --timeout "0"'],
    [['--timeout', '30d'], 'expected a time like 30s'],
  ];
  for (const [args, sentence] of wrong) {
    it(`«${['callsheet', 'types', ...args].join(' ')}» is wrong use`, async () => {
      expect(await types(...args)).to.equal(2);
      expect(terminal.stderr.text).to.contain(sentence);
    });
  }
});
