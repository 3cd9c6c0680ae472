// Holds the browser package to its sizes: what a page downloads, bundled and minified by esbuild, compressed by gzip -9.

import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
// What is counted already where the whole client is, and what the page has anyway.
const REST = ['@callsheet/sdk-core', '@callsheet/sdk-core/*', 'react', 'react/*'];
const BUDGETS = [
  { name: '@callsheet/sdk-browser', take: '{ createClient }', external: [], bytes: 8_000 },
  { name: '@callsheet/sdk-browser/lite', take: '{ createClient, connect }', external: [], bytes: 4_500 },
  { name: '@callsheet/sdk-browser/worker', take: '*', external: REST, bytes: 1_000 },
  { name: '@callsheet/sdk-browser/react', take: '*', external: REST, bytes: 1_000 },
];

const rows = [];
const faults = [];
for (const { name, take, external, bytes } of BUDGETS) {
  const code = await bundle(`export ${take} from '${name}';`, external).catch((error) => {
    faults.push(`Cannot bundle ${name}: ${error.message}`);
  });
  if (code === undefined) continue;
  const size = gzipSync(code, { level: 9 }).length;
  rows.push([name, figure(code.length), figure(size), figure(bytes)]);
  if (size > bytes) faults.push(`${name}: ${figure(size)} bytes, at most ${figure(bytes)}`);
}

console.log(line(['entry', 'min', 'gzip', 'budget']));
for (const row of rows) console.log(line(row));
for (const fault of faults) console.error(fault);
process.exit(faults.length > 0 ? 1 : 0);

/** @param {string} contents @param {string[]} external */
async function bundle(contents, external) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: ['source'],
    legalComments: 'none',
    external,
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0].contents;
}

function figure(count) {
  return count.toLocaleString('en-US');
}

function line([name, ...figures]) {
  return name.padEnd(32) + figures.map((text) => text.padStart(9)).join('');
}
