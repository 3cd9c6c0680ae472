// Compiles assembly/kernel.ts into kernel/kernel.wasm. The result is committed, so that users need no compiler;
// a test recompiles and compares bytes. An argument names another place to write to.
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import asc from 'assemblyscript/asc';

const root = fileURLToPath(new URL('..', import.meta.url));
const FLAGS = '-O3 --enable simd --runtime stub --importMemory --noExportMemory';

/** Compiles in memory and answers the module's bytes; the compiler's own words are the error. */
export async function compileKernel() {
  let bytes;
  const { error, stderr } = await asc.main(['kernel.ts', ...FLAGS.split(' '), '--outFile', 'kernel.wasm'], {
    readFile: (name) => readFile(resolve(root, 'assembly', name), 'utf8').catch(() => null),
    writeFile: (_name, contents) => {
      bytes = contents;
    },
    listFiles: () => [],
  });
  if (error) throw new Error(`Cannot compile the kernel: ${error.message}\n${stderr.toString()}`);
  return bytes;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const target = resolve(process.argv[2] ?? resolve(root, 'kernel/kernel.wasm'));
  const bytes = await compileKernel();
  await writeFile(target, bytes);
  console.log(`${target}: ${bytes.length} bytes`);
}
