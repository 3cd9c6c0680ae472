import { readFile } from 'node:fs/promises';
import { ROOT } from './compile.ts';

/** A code block of a document. */
export interface CodeBlock {
  readonly language: string;
  /** How a test runs it: what its mark says, `<!-- run: node -->`. */
  readonly run: string | undefined;
  readonly code: string;
}

/** The code blocks of a document, in order. @param file from the root of the repository */
export async function codeBlocks(file: string): Promise<CodeBlock[]> {
  const text = await readFile(`${ROOT}${file}`, 'utf8');
  const found = text.matchAll(/(?:<!-- run: (\w+) -->\n)?^```(\w+)\n([\s\S]*?)^```/gm);
  return [...found].map(([, run, language = '', code = '']) => ({ language, run, code }));
}

/** Blocks without an import go on where the first block of their page began. */
function opening(blocks: readonly CodeBlock[]): string {
  return blocks.find(({ language }) => /^tsx?$/.test(language))?.code ?? '';
}

const standsAlone = ({ code }: CodeBlock): boolean => code.includes('\nimport ') || /^(?:\/\/.*\n)?import /.test(code);

/** Each of these blocks as a module of its own. */
export function modulesOf(blocks: readonly CodeBlock[]): string[] {
  const first = opening(blocks);
  return blocks.map((block) => (standsAlone(block) ? block.code : `${first}\n{\n${block.code}}\n`));
}

/** The blocks of a page that are run this way, as one program. */
export function programOf(blocks: readonly CodeBlock[], run: string): string {
  const [first, ...rest] = blocks.filter((block) => block.run === run);
  return `${first?.code}\n${rest.map(({ code }) => `{\n${code}}\n`).join('')}await client.close();\n`;
}
