// Makes a fresh clone ready: installs what the lockfile names when node_modules is missing or older; with `--build`
// compiles what has changed; with `--tests` installs the Debian programs the tests use (only as root on a system with
// apt-get; elsewhere such tests are skipped).
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const FLOOR = [20, 19];

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < FLOOR[0] || (major === FLOOR[0] && minor < FLOOR[1])) {
  console.error(`Callsheet needs Node ${FLOOR.join('.')} or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

if (isStale()) run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], 'Cannot install the packages');
if (process.argv.includes('--build')) build();
if (process.argv.includes('--tests')) {
  installPrograms({
    ffprobe: 'ffmpeg',
    openssl: 'openssl',
    chromium: 'chromium',
    prometheus: 'prometheus',
    'prometheus-alertmanager': 'prometheus-alertmanager',
  });
}

function isStale() {
  const installed = join(root, 'node_modules', '.package-lock.json');
  return !existsSync(installed) || statSync(installed).mtimeMs < statSync(join(root, 'package-lock.json')).mtimeMs;
}

/** A third of a second when nothing has changed. */
function build() {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status } = spawnSync(process.execPath, [compiler, '-b', 'server', 'sdk-node', 'sdk-browser'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}

/** @param {Record<string, string>} programs program → Debian package */
function installPrograms(programs) {
  const missing = Object.entries(programs).filter(([program]) => !onPath(program));
  if (missing.length === 0 || process.getuid?.() !== 0 || !onPath('apt-get')) return;
  const packages = missing.map(([, name]) => name);
  console.error(`Installing ${packages.join(', ')} for the tests`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const quiet = { cwd: root, stdio: ['ignore', 'ignore', 'inherit'], env };
  spawnSync('apt-get', ['-qq', 'update'], quiet);
  const { status } = spawnSync('apt-get', ['-qq', '-y', '--no-install-recommends', 'install', ...packages], quiet);
  if (status !== 0) console.error(`Could not install ${packages.join(', ')}; the tests that need them are skipped`);
}

function onPath(program) {
  return (process.env.PATH ?? '').split(':').some((folder) => folder !== '' && existsSync(join(folder, program)));
}

function run(command, args, failure) {
  console.error('Installing packages, once …');
  const { status } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status === 0) return;
  console.error(`${failure}: "${command} ${args.join(' ')}" ended with ${status}`);
  process.exit(1);
}
