import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TSC = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
const TEST = fileURLToPath(new URL('..', import.meta.url));

/** What the compiler has against files, as `file(line,column): error …`; the files are beside each other, by name. */
export function compile(files: Readonly<Record<string, string>>, exactOptionalPropertyTypes = true): string[] {
  // Inside the package, so that the names of its packages resolve.
  const folder = mkdtempSync(join(TEST, '.compiled-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const compilerOptions = {
      ...{ strict: true, exactOptionalPropertyTypes, noEmit: true, skipLibCheck: false, types: [] },
      ...{ target: 'es2023', module: 'nodenext', lib: ['es2023', 'esnext.disposable'] },
      ...{ allowImportingTsExtensions: true, customConditions: ['source'], erasableSyntaxOnly: true },
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: Object.keys(files) }));
    const { stdout, stderr } = spawnSync(process.execPath, [TSC, '-p', folder, '--pretty', 'false'], {
      cwd: folder,
      encoding: 'utf8',
    });
    return `${stdout}${stderr}`.split('\n').filter((line) => line.includes('error TS'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
