import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';

/** Bundles as an application would, from our sources: `source` names the file, or holds the code itself. */
export async function bundle(source: { readonly file: string } | { readonly code: string }): Promise<string> {
  const folder = fileURLToPath(new URL('.', import.meta.url));
  const options: BuildOptions =
    'file' in source
      ? { entryPoints: [fileURLToPath(new URL(source.file, import.meta.url))] }
      : { stdin: { contents: source.code, resolveDir: folder } };
  const { outputFiles } = await build({
    ...options,
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    legalComments: 'none',
    conditions: ['source'],
    logLevel: 'error',
  });
  return outputFiles?.[0]?.text ?? '';
}
