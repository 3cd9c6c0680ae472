// Runs every test. `--coverage` measures lines as well and fails below the floor. Other arguments go to mocha.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = (name, file) => join(root, 'node_modules', name, file);
const FLOOR = '90';

const given = process.argv.slice(2);
const coverage = given.includes('--coverage');
const rest = given.filter((argument) => argument !== '--coverage');
const globs = rest.some((argument) => !argument.startsWith('-')) ? [] : ['*/test/**/*.test.ts'];
const mocha = [bin('mocha', 'bin/mocha.js'), '--reporter', join(root, 'scripts/reporter.mjs'), ...globs, ...rest];
const c8 = [
  bin('c8', 'bin/c8.js'),
  ...['--reporter', 'text-summary', '--reporter', 'lcovonly', '--check-coverage', '--lines', FLOOR],
  ...['--include', '*/src/**/*.ts', '--exclude', '**/*.d.ts', '--exclude', '**/test/**'],
  process.execPath,
];

const folder = mkdtempSync(join(tmpdir(), 'callsheet-test-'));
const countFile = join(folder, 'count');
const own = ['--require', join(root, 'scripts/own-coverage.mjs')];
const { status } = spawnSync(process.execPath, coverage ? [...c8, ...mocha, ...own] : mocha, {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, CALLSHEET_TEST_COUNT: countFile },
});
// Last, whatever was printed in between.
if (coverage && existsSync(countFile)) console.log(`\n${readFileSync(countFile, 'utf8')}`);
rmSync(folder, { recursive: true });
process.exit(status ?? 1);
