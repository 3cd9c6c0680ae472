// Looks at the packages as their users get them: packs them, lets publint and are-the-types-wrong judge the archives, lays
// them out as an installation does, compiles strict programs with their declarations, and loads every entry in Node (import and
// require), in a worker thread and in a bundle.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const PACKAGES = ['protocol', 'sdk-core', 'sdk-browser', 'sdk-node'];
const folder = mkdtempSync(join(tmpdir(), 'callsheet-packages-'));
const faults = [];

try {
  const packed = pack();
  for (const each of packed) {
    layOut(each);
    await lint(each);
    checkTypes(each);
  }
  const entries = packed.flatMap(entriesOf);
  compileStrictly('page', entries.filter(isForPages), { types: [] });
  compileStrictly('program', entries, { types: ['node'], module: 'nodenext' });
  load(entries);
  for (const entry of entries) await bundle(entry);
  await bundleForWrongPlatform();
  console.log(
    `${packed.length} packages, ${entries.length} entries: declarations, import, require, worker thread, bundle`,
  );
} finally {
  rmSync(folder, { recursive: true });
}
for (const fault of faults) console.error(fault);
process.exit(faults.length > 0 ? 1 : 0);

/** Archives exactly as `npm publish` would send them. */
function pack() {
  const { stdout } = run('npm', [
    ...['pack', '--json', '--ignore-scripts', '--loglevel=error', '--pack-destination', folder],
    ...PACKAGES.flatMap((name) => ['-w', name]),
  ]);
  return JSON.parse(stdout).map(({ name, filename }) => {
    const manifest = JSON.parse(readFileSync(join(root, name.slice('@callsheet/'.length), 'package.json'), 'utf8'));
    return { name, manifest, archive: join(folder, filename), home: join(folder, 'node_modules', name) };
  });
}

async function lint({ name, home }) {
  const { messages, pkg } = await publint({ pkgDir: home, pack: false, strict: true });
  for (const message of messages) faults.push(`${name}: publint: ${formatMessage(message, pkg, { color: false })}`);
}

function checkTypes({ name, archive }) {
  const attw = join(root, 'node_modules/@arethetypeswrong/cli/dist/index.js');
  // ESM only: how CommonJS resolution of old compilers sees it does not matter, `require` in Node is tried below.
  const options = ['--profile', 'esm-only', '--format', 'ascii', '--no-definitely-typed', '--no-color', '--no-emoji'];
  const { status, stdout } = run(process.execPath, [attw, archive, ...options], { mayFail: true });
  if (status !== 0) faults.push(`${name}: are the types wrong?\n${stdout}`);
}

/** As an installation does; the packages of others are those this repository has installed. */
function layOut({ home, manifest, archive }) {
  mkdirSync(home, { recursive: true });
  run('tar', ['-xzf', archive, '-C', home, '--strip-components=1']);
  for (const other of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
    if (!other.startsWith('@callsheet/')) link(other);
  }
}

function link(name) {
  const path = join(folder, 'node_modules', name);
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  symlinkSync(join(root, 'node_modules', name), path, 'junction');
}

/** What can be imported: every entry except the manifest. */
function entriesOf({ name, manifest }) {
  return Object.keys(manifest.exports)
    .filter((path) => path !== './package.json')
    .map((path) => name + path.slice(1));
}

function isForPages(entry) {
  return !entry.startsWith('@callsheet/sdk-node');
}

/** With the declarations of packages checked as well, and no more of the platform than the target itself brings. */
function compileStrictly(name, entries, options) {
  for (const types of ['@types/node', '@types/react']) link(types);
  const compilerOptions = {
    ...{ target: 'es2022', module: 'esnext', moduleResolution: options.module ?? 'bundler' },
    ...{ strict: true, skipLibCheck: false, noEmit: true, ...options },
  };
  const lines = entries.map((entry, at) => `import * as entry${at} from '${entry}';\nexport { entry${at} };`);
  writeFileSync(join(folder, `${name}.mts`), lines.join('\n'));
  writeFileSync(join(folder, `${name}.json`), JSON.stringify({ compilerOptions, files: [`${name}.mts`] }));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const args = [tsc, '-p', `${name}.json`, '--pretty', 'false'];
  const { status, stdout } = run(process.execPath, args, { cwd: folder, mayFail: true });
  if (status !== 0) faults.push(`A strict ${name} does not compile with the packages:\n${stdout}`);
}

/** In Node, as a module, as CommonJS and in a thread. An entry that throws when it is loaded is a fault as well. */
function load(entries) {
  const ways = {
    'import.mjs': entries.map((name) => `import '${name}';`),
    'require.cjs': entries.map((name) => `require('${name}');`),
    'worker.mjs': [
      "import { Worker } from 'node:worker_threads';",
      "new Worker(new URL('import.mjs', import.meta.url));",
    ],
  };
  for (const [file, lines] of Object.entries(ways)) {
    writeFileSync(join(folder, file), lines.join('\n'));
    const { status, stderr } = run(process.execPath, [file], { cwd: folder, mayFail: true });
    if (status !== 0) faults.push(`Cannot load the packages by ${file}:\n${stderr}`);
  }
}

function bundle(entry) {
  const platform = isForPages(entry) ? 'browser' : 'node';
  return bundleFor(platform, entry).catch((error) => faults.push(`Cannot bundle ${entry}: ${error.message}`));
}

/** A page that takes the package for Node.js by mistake is told which one it wants. */
async function bundleForWrongPlatform() {
  const text = await bundleFor('browser', '@callsheet/sdk-node').catch((error) => error.message);
  if (!text.includes('@callsheet/sdk-browser')) faults.push('@callsheet/sdk-node does not send pages to sdk-browser');
}

async function bundleFor(platform, entry) {
  const { outputFiles } = await build({
    stdin: { contents: `import * as all from '${entry}'; globalThis.all = all;`, resolveDir: folder },
    bundle: true,
    format: 'esm',
    platform,
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0].text;
}

function run(command, args, { cwd = root, mayFail = false } = {}) {
  const result = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (result.error) throw result.error;
  if (result.status !== 0 && !mayFail) throw new Error(`"${command} ${args[0]}" failed:\n${result.stderr}`);
  return result;
}
