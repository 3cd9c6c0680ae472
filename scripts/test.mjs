// Runs every test. `--coverage` measures lines as well and fails below the floor. Other arguments go to mocha.
import { spawnSync } from 'node:child_process';
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
  ...['--reporter', 'text-summary', '--reporter', 'lcovonly', '--all', '--check-coverage', '--lines', FLOOR],
  ...['--include', '*/src/**/*.ts', '--exclude', '**/*.d.ts', '--exclude', '**/test/**'],
  process.execPath,
];

const { status } = spawnSync(process.execPath, coverage ? [...c8, ...mocha] : mocha, { cwd: root, stdio: 'inherit' });
process.exit(status ?? 1);
