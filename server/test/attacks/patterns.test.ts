import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGeneration } from '@callsheet/generation';
import { METHODS } from '@callsheet/protocol';
import { expect } from 'chai';
import { verdictOf } from '../../../monitoring/test/redaction/pattern-verdict.ts';
import { childEnv } from '../child-env.ts';
import { literalsIn, patternsIn } from './regular-expressions.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** Where texts of strangers are read. What the redactor looks for is asked about in its own tests, at length. */
const ASKED_ELSEWHERE = 'monitoring/src/redaction/';
const FOLDERS = ['server/src', 'protocol/src', 'monitoring/src', 'generation/src/intake'];

const HERE = fileURLToPath(new URL('.', import.meta.url));
const PUT_TOGETHER = ['generation/src/intake/clean-text.ts', 'server/src/jobs/job-id.ts'];
const TEMPLATE = ['const b = `', '{c / d} /no/`;'].join('$');

interface Pattern {
  readonly where: string;
  readonly source: string;
  readonly flags: string;
}

function sources(): { readonly path: string; readonly text: string }[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((path) => ({ path: relative(ROOT, path), text: readFileSync(path, 'utf8') })),
  );
}

/** Those a text can make slow, with a text that does, and all their places. Each pattern is asked about once. */
function vulnerable(patterns: readonly Pattern[]): string[] {
  const asked = new Map<string, Pattern>();
  for (const { where, source, flags } of patterns) {
    const known = asked.get(`/${source}/${flags}`);
    asked.set(`/${source}/${flags}`, { where: known ? `${known.where}, ${where}` : where, source, flags });
  }
  return [...asked].flatMap(([text, { where, source, flags }]) => {
    const verdict = verdictOf(source, flags);
    if (verdict.status === 'safe') return [];
    const why =
      verdict.status === 'vulnerable' ? `${verdict.complexity.summary}: ${verdict.attack.pattern}` : 'no verdict';
    return [`${where}: ${text} (${why})`];
  });
}

describe('attacks by texts that make patterns slow', () => {
  it('find no pattern in the parameters of a method', () => {
    const patterns = patternsIn(METHODS);
    expect(patterns.length).to.be.greaterThan(0);
    expect(vulnerable(patterns.map((source) => ({ where: 'METHODS', source, flags: 'u' })))).to.deep.equal([]);
  });

  it('find no pattern in the arguments or the result of a tool', async () => {
    const { tools, close } = createGeneration({ diagnostics: true, ollama: { detect: false } });
    const patterns = tools.flatMap(({ name, input, output }) =>
      [...patternsIn(input), ...patternsIn(output)].map((source) => ({ where: name, source, flags: 'u' })),
    );
    await close();
    expect(patterns.length).to.be.greaterThan(10);
    expect(vulnerable(patterns)).to.deep.equal([]);
  });

  it('find no regular expression where texts of strangers are read', () => {
    const asked = sources().filter(({ path }) => !path.startsWith(ASKED_ELSEWHERE));
    const patterns = asked.flatMap(({ path, text }) =>
      literalsIn(text).map(({ source, flags, line }) => ({ where: `${path}:${line}`, source, flags })),
    );
    expect(patterns.length).to.be.greaterThan(100);
    for (const { where, source, flags } of patterns) {
      expect(() => new RegExp(source, flags), `${where}: /${source}/${flags}`).to.not.throw();
    }
    expect(vulnerable(patterns)).to.deep.equal([]);
  });

  it('find none among those that are put together from pieces', () => {
    const files = sources().filter(
      ({ path, text }) => text.includes('new RegExp(') && !path.startsWith(ASKED_ELSEWHERE),
    );
    expect(files.map(({ path }) => path).sort()).to.deep.equal(PUT_TOGETHER);
    const paths = files.map(({ path }) => join(ROOT, path));
    const node = ['--import', 'tsx', '--conditions=source', join(HERE, 'record-patterns.ts'), ...paths];
    const { stdout, stderr, status } = spawnSync(process.execPath, node, {
      cwd: ROOT,
      encoding: 'utf8',
      env: childEnv,
    });
    expect(status, stderr).to.equal(0);
    const made = JSON.parse(stdout) as { source: string; flags: string }[];
    expect(made.length).to.be.at.least(PUT_TOGETHER.length);
    expect(vulnerable(made.map((pattern) => ({ where: 'put together', ...pattern })))).to.deep.equal([]);
  });

  it('are found by this very search where there are any', () => {
    const text = ['const a = 1 / 2; // /no(a+)+$/', "if (x) return /^(a+)+$/u.test('/no/');", TEMPLATE].join('\n');
    const [only, ...more] = literalsIn(text);
    expect([only, more]).to.deep.equal([{ source: '^(a+)+$', flags: 'u', line: 2 }, []]);
    expect(vulnerable([{ where: 'here', source: '^(a+)+$', flags: 'u' }])).to.have.length(1);
    expect(patternsIn({ a: [{ pattern: '^x$' }], properties: { pattern: { pattern: 'y' } } })).to.deep.equal([
      '^x$',
      'y',
    ]);
  });
});
