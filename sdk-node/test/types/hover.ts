import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What an editor shows over a name. */
export interface Hover {
  readonly type: string;
  readonly doc: string;
}

type Parts = readonly { readonly text: string }[] | undefined;

/** Of the API of TypeScript 5, which the editors have; TypeScript 7 has none for programs. */
interface TypeScript {
  readonly sys: { fileExists(path: string): boolean; readFile(path: string): string | undefined };
  readonly ScriptSnapshot: { fromString(text: string): unknown };
  readonly ScriptTarget: { readonly ES2022: number };
  readonly ModuleKind: { readonly NodeNext: number };
  getDefaultLibFilePath(options: object): string;
  createLanguageService(host: object): {
    getQuickInfoAtPosition(file: string, at: number): { displayParts?: Parts; documentation?: Parts } | undefined;
    dispose(): void;
  };
}

const FOLDER = fileURLToPath(new URL('.', import.meta.url));

/** What an editor shows where each of `marks` begins in `program.ts`; the files are beside each other, by name. */
export function hovers(files: Readonly<Record<string, string>>, marks: readonly string[]): Hover[] {
  const checker = createRequire(import.meta.url).resolve('@arethetypeswrong/core');
  const ts = createRequire(checker)('typescript') as TypeScript;
  // As deep as those of compile(), so that the same paths lead to the packages.
  const texts = new Map(Object.entries(files).map(([name, text]) => [join(FOLDER, name), text]));
  const program = join(FOLDER, 'program.ts');
  const options = {
    ...{ strict: true, noEmit: true, types: [], target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext },
    ...{ lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'] },
    ...{ allowImportingTsExtensions: true, customConditions: ['source'] },
  };
  const service = ts.createLanguageService({
    getScriptFileNames: () => [...texts.keys()],
    getScriptVersion: () => '1',
    getScriptSnapshot: (path: string) => ts.ScriptSnapshot.fromString(texts.get(path) ?? readFileSync(path, 'utf8')),
    getCurrentDirectory: () => FOLDER,
    getCompilationSettings: () => options,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (path: string) => texts.has(path) || ts.sys.fileExists(path),
    readFile: (path: string) => texts.get(path) ?? ts.sys.readFile(path),
  });
  const shown = marks.map((mark) => {
    const info = service.getQuickInfoAtPosition(program, texts.get(program)?.indexOf(mark) ?? 0);
    return { type: textOf(info?.displayParts), doc: textOf(info?.documentation) };
  });
  service.dispose();
  return shown;
}

function textOf(parts: Parts): string {
  return (parts ?? []).map(({ text }) => text).join('');
}
