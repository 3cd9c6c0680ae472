// Runs every test. `--coverage` measures lines as well and fails below the floor. Other arguments go to mocha.
// Half of the tests are the gateway's; with two cores they run beside the others, each half in a process of its own.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { plainCount } from './reporter.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = (name, file) => join(root, 'node_modules', name, file);
const FLOOR = '90';
const ALL = '*/test/**/*.test.ts';
const GATEWAY = 'server/test/**/*.test.ts';

const given = process.argv.slice(2);
const coverage = given.includes('--coverage');
const rest = given.filter((argument) => argument !== '--coverage');
const chosen = rest.some((argument) => !argument.startsWith('-'));
const halves = availableParallelism() > 1 ? [[GATEWAY], [ALL, '--ignore', GATEWAY]] : [[ALL]];
const runs = chosen ? [[]] : halves;

const folder = mkdtempSync(join(tmpdir(), 'callsheet-test-'));
const lines = join(folder, 'lines');
const results = await Promise.all(runs.map((globs, nth) => runTests(globs, nth)));
for (const { output } of results) process.stdout.write(output);
let failed = results.some((result) => result.status !== 0 || result.failed > 0);
if (coverage && !reportCoverage()) failed = true;
// Last, whatever was printed in between: who reads only the end of a long output sees what failed.
for (const { failures } of results) for (const failure of failures) console.log(`\nFailed: ${failure}`);
console.log(`\n${plainCount(sum(results))}`);
rmSync(folder, { recursive: true });
process.exit(failed ? 1 : 0);

/** The first writes as it goes; what the second writes waits until it is done, so that each can be read. */
async function runTests(globs, nth) {
  const countFile = join(folder, `count-${nth}`);
  const reporter = ['--reporter', join(root, 'scripts/reporter.mjs')];
  const own = coverage ? ['--require', join(root, 'scripts/own-coverage.mjs')] : [];
  const child = spawn(process.execPath, [bin('mocha', 'bin/mocha.js'), ...reporter, ...globs, ...rest, ...own], {
    cwd: root,
    stdio: ['ignore', nth === 0 ? 'inherit' : 'pipe', nth === 0 ? 'inherit' : 'pipe'],
    env: {
      ...process.env,
      CALLSHEET_TEST_COUNT: countFile,
      ...(coverage && { NODE_V8_COVERAGE: lines }),
      ...(runs.length > 1 && process.stdout.isTTY && { FORCE_COLOR: '1' }),
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  const status = await new Promise((resolve) => child.once('close', resolve));
  return { status, output, ...(existsSync(countFile) ? JSON.parse(readFileSync(countFile, 'utf8')) : died(globs)) };
}

function reportCoverage() {
  const c8 = [
    ...[bin('c8', 'bin/c8.js'), 'report', '--temp-directory', lines],
    ...['--reporter', 'text-summary', '--reporter', 'lcovonly', '--check-coverage', '--lines', FLOOR],
    ...['--include', '*/src/**/*.ts', '--exclude', '**/*.d.ts', '--exclude', '**/test/**'],
  ];
  return spawnSync(process.execPath, c8, { cwd: root, stdio: 'inherit' }).status === 0;
}

/** What counts for a run that ended before it could count. */
function died(globs) {
  return {
    passed: 0,
    failed: 1,
    skipped: 0,
    failures: [`the run of ${[...globs, ...rest].join(' ')} ended before its tests did`],
  };
}

function sum(counts) {
  const of = (what) => counts.reduce((total, count) => total + count[what], 0);
  return { passed: of('passed'), failed: of('failed'), skipped: of('skipped') };
}
