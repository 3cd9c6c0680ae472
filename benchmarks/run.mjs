// Runs the benchmarks named on the command line, or all of them, each in a process of its own; options go to each of them.
// One that fails does not keep the others from running. Peers that only a benchmark needs are installed here, never in the
// root: before the first benchmark that needs them, from a lockfile of their own, without what compiles or speeds up.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NEED_PEERS = ['clients', 'metrics'];
const folder = dirname(fileURLToPath(import.meta.url));
const known = readdirSync(folder)
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.slice(0, -3));
const options = process.argv.slice(2).filter((argument) => argument.startsWith('--'));
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const unknown = wanted.find((name) => !known.includes(name));
if (unknown !== undefined) {
  console.error(`Cannot run the benchmark "${unknown}"; there are: ${known.join(', ')}`);
  process.exit(2);
}
const chosen = wanted.length > 0 ? wanted : known;
if (chosen.some((name) => NEED_PEERS.includes(name)) && arePeersStale()) installPeers();
for (const name of chosen) {
  console.log(`\n# ${name}\n`);
  const args = ['--import', 'tsx', '--conditions=source', join(folder, `${name}.ts`), ...options];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) process.exitCode = status ?? 1;
}

function arePeersStale() {
  const installed = join(folder, 'node_modules', '.package-lock.json');
  return !existsSync(installed) || statSync(installed).mtimeMs < statSync(join(folder, 'package-lock.json')).mtimeMs;
}

function installPeers() {
  console.error('Installing the peers, once …');
  const args = ['ci', '--prefix', folder, '--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund'];
  const { status } = spawnSync('npm', [...args, '--loglevel=error'], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status === 0) return;
  console.error(`Cannot install the peers: "npm ${args.join(' ')}" ended with ${status}`);
  process.exit(1);
}
