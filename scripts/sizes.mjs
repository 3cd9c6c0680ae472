// Measures what pages download, bundled and minified by esbuild, compressed by gzip -9. `goal` is what is promised; where it is not
// reached, `ceiling` keeps what was, so that it only ever falls, and the table says so.

import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
// What is counted already where the whole client is, and what the page has anyway.
const REST = ['@callsheet/sdk-core', '@callsheet/sdk-core/*', 'react', 'react/*'];
const BUDGETS = [
  { name: '@callsheet/sdk-browser', take: '{ createClient }', goal: 8_000, ceiling: 22_200 },
  { name: '@callsheet/sdk-browser/lite', take: '{ createClient, connect }', goal: 4_500 },
  {
    name: '@callsheet/sdk-browser/worker',
    take: '{ workerTransport }',
    beyond: true,
    goal: 1_000,
    note: 'in the page',
  },
  {
    name: '@callsheet/sdk-browser/worker',
    take: '{ serveTabs }',
    beyond: true,
    goal: 1_000,
    ceiling: 2_600,
    note: 'script',
  },
  { name: '@callsheet/sdk-browser/react', take: '*', beyond: true, goal: 1_000 },
];

const rows = [];
const faults = [];
for (const { name, take, beyond = false, goal, ceiling = goal, note } of BUDGETS) {
  const code = await bundle(`export ${take} from '${name}';`, beyond).catch((error) => {
    faults.push(`Cannot bundle ${name}: ${error.message}`);
  });
  if (code === undefined) continue;
  const size = gzipSync(code, { level: 9 }).length;
  const label = name.replace('@callsheet/', '') + (note === undefined ? '' : `, ${note}`);
  rows.push([label, figure(code.length), figure(size), figure(goal), size <= goal ? 'held' : 'NOT HELD']);
  if (size > ceiling) faults.push(`${label}: ${figure(size)} bytes, at most ${figure(ceiling)}`);
}

console.log(line(['entry', 'min', 'gzip', 'goal', '']));
for (const row of rows) console.log(line(row));
for (const fault of faults) console.error(fault);
process.exit(faults.length > 0 ? 1 : 0);

/**
 * @param {string} contents
 * @param {boolean} beyond without what is in the whole client already
 */
async function bundle(contents, beyond) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: ['source'],
    legalComments: 'none',
    external: beyond ? REST : [],
    plugins: beyond ? [{ name: 'beyond', setup: leaveOut }] : [],
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0].contents;
}

/** The files of sdk-browser that every page with the whole client has. */
function leaveOut(build) {
  build.onResolve({ filter: /\/(platform|page-url|web-socket-transport)\.ts$/ }, ({ path }) => ({
    path,
    external: true,
  }));
}

function figure(count) {
  return count.toLocaleString('en-US');
}

function line([name, ...figures]) {
  return name.padEnd(34) + figures.map((text) => text.padStart(9)).join('');
}
