// Runs every test. `--coverage` measures lines as well and fails below the floor. Other arguments go to mocha.
// Half of the tests are the gateway's; with two cores they run beside the others, each half in a process of its own.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

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
let failed = results.some(({ status }) => status !== 0);
if (coverage && !reportCoverage()) failed = true;
// Last, whatever was printed in between.
console.log(`\n${total(results.map(({ count }) => count))}`);
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
  return { status, output, count: existsSync(countFile) ? readFileSync(countFile, 'utf8') : undefined };
}

function reportCoverage() {
  const c8 = [
    ...[bin('c8', 'bin/c8.js'), 'report', '--temp-directory', lines],
    ...['--reporter', 'text-summary', '--reporter', 'lcovonly', '--check-coverage', '--lines', FLOOR],
    ...['--include', '*/src/**/*.ts', '--exclude', '**/*.d.ts', '--exclude', '**/test/**'],
  ];
  return spawnSync(process.execPath, c8, { cwd: root, stdio: 'inherit' }).status === 0;
}

/** `N passed, N failed`, of all together. A run that died before it could count is a failure more. */
function total(counts) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const count of counts) {
    if (count === undefined) sum.failed += 1;
    for (const [, number, what] of (count ?? '').matchAll(/(\d+) (passed|failed|skipped)/g))
      sum[what] += Number(number);
  }
  const { passed, failed, skipped } = sum;
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
