// Holds the house to its sizes: what a reader can take in is a promise like any other.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const MEDIAN = 120;
const SOURCE = 400;
const TEST = 600;
const EMPTY_NAMES = /(^|\/)(utils?|helpers?|shared|common|misc)(\/|\.[a-z]+$)/;
const ESCAPES = /:\s*any\b|\bas any\b|<any>|@ts-ignore|@ts-nocheck|biome-ignore/;

const tracked = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' }).split(
  '\n',
);
const files = tracked.filter((file) => /\.(ts|tsx|mjs)$/.test(file));
const isTest = (file) => /(^|\/)test\//.test(file);
const text = (file) => readFileSync(join(root, file), 'utf8');
const lines = (file) => text(file).split('\n').length - 1;

const faults = [];
// What a program wrote is nobody's to read or to keep short.
const isGenerated = (file) => /^\/\/ Not to be edited; renew it with: callsheet types/m.test(text(file).slice(0, 500));
const sources = files
  .filter((file) => !isTest(file) && !isGenerated(file))
  .map((file) => ({ file, lines: lines(file) }));
for (const { file, lines: count } of sources)
  if (count > SOURCE) faults.push(`${file}: ${count} lines, at most ${SOURCE}`);
for (const file of files.filter(isTest))
  if (lines(file) > TEST) faults.push(`${file}: ${lines(file)} lines, at most ${TEST}`);
for (const file of tracked.filter((name) => EMPTY_NAMES.test(name))) faults.push(`${file}: a name that says nothing`);
for (const { file } of sources) {
  if (file.startsWith('scripts/')) continue;
  text(file)
    .split('\n')
    .forEach((line, at) => {
      if (ESCAPES.test(line)) faults.push(`${file}:${at + 1}: escapes the type system or the linter`);
    });
}
const sorted = sources.map((source) => source.lines).sort((a, b) => a - b);
const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
if (median > MEDIAN) faults.push(`the median source file has ${median} lines, at most ${MEDIAN}`);

console.log(`${sources.length} source files, median ${median} lines, longest ${sorted.at(-1)}`);
for (const fault of faults) console.error(fault);
process.exit(faults.length > 0 ? 1 : 0);
