import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { childEnv } from '../child-env.ts';

const ROOT = new URL('../../../', import.meta.url);
const MOCHA = createRequire(import.meta.url).resolve('mocha/bin/mocha.js');
const PAGES = ['docs/threat-model.md', 'docs/guarantees.md'];

interface Proof {
  readonly page: string;
  readonly file: string;
  readonly title: string;
}

/** `[name](../path.test.ts) «title»`, wherever a page says it. */
function proofsOf(page: string): Proof[] {
  const text = readFileSync(new URL(page, ROOT), 'utf8');
  const links = text.matchAll(/\]\(\.\.\/([\w./-]+\.test\.ts)\)(?: «([^»]*)»)?/g);
  return [...links].map(([, file = '', title = '']) => ({ page, file, title }));
}

/** The titles there really are, by file: mocha loads the tests and runs none. */
function titlesOf(files: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
  const words = [MOCHA, '--dry-run', '--reporter', 'json', ...files];
  const cwd = fileURLToPath(ROOT);
  const { stdout, stderr } = spawnSync(process.execPath, words, {
    ...{ cwd, env: childEnv, encoding: 'utf8' },
    maxBuffer: 67_108_864,
  });
  expect(stdout, stderr).to.contain('"tests"');
  const { tests } = JSON.parse(stdout.slice(stdout.indexOf('{'))) as { tests: { file: string; title: string }[] };
  const found = new Map<string, Set<string>>();
  for (const { file, title } of tests) {
    const path = file.slice(cwd.length);
    found.set(path, (found.get(path) ?? new Set()).add(title));
  }
  return found;
}

describe('docs/threat-model.md and docs/guarantees.md', () => {
  const proofs = PAGES.flatMap(proofsOf);

  it('name a test for every row of their tables', () => {
    for (const page of PAGES) {
      const text = readFileSync(new URL(page, ROOT), 'utf8');
      const rows = text.split('\n').filter((line) => /^\|.*\|$/.test(line) && !/^\|[-| ]+\|$/.test(line));
      // Heads of tables, and what is worth something, prove nothing.
      const bare = rows.filter(
        (row) => !row.includes('.test.ts)') && !/\| (?:proof|where it is answered|who may have it) \|/.test(row),
      );
      const assets = bare.filter((row) => row.split('|').length === 4 && page.endsWith('threat-model.md'));
      expect(
        bare.filter((row) => !assets.includes(row)),
        page,
      ).to.deep.equal([]);
      expect(rows.length - bare.length, page).to.be.greaterThan(25);
    }
  });

  it('name only tests that exist, by file and title', () => {
    const files = [...new Set(proofs.map(({ file }) => file))];
    expect(files.filter((file) => !existsSync(new URL(file, ROOT)))).to.deep.equal([]);
    const titles = titlesOf(files);
    const wrong = proofs.filter(({ file, title }) => titles.get(file)?.has(title) !== true);
    expect(wrong).to.deep.equal([]);
  });

  it('leave no attack out that is tried', () => {
    const tried = readdirSync(new URL('server/test/attacks/', ROOT)).filter((name) => name.endsWith('.test.ts'));
    const named = new Set(proofs.map(({ file }) => file));
    expect(tried.filter((name) => !named.has(`server/test/attacks/${name}`))).to.deep.equal([]);
  });

  it('consider every kind of threat at each of the six borders', () => {
    const text = readFileSync(new URL('docs/threat-model.md', ROOT), 'utf8');
    const borders = text.split(/^## \d\. /m).slice(1);
    expect(borders).to.have.length(6);
    for (const border of borders) {
      const [body = ''] = border.split('\n## ');
      const kinds = new Set([...body.matchAll(/^\| ([STRIDE]) \|/gm)].map(([, kind]) => kind));
      expect([...kinds].sort().join(''), body.split('\n', 1)[0]).to.equal('DEIRST');
    }
  });
});
