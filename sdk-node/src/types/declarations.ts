import { createHash } from 'node:crypto';
import type { Json, ToolInfo } from '@callsheet/protocol';
import { canonicalJson } from './canonical-json.ts';
import { comment, docOf, paragraphs } from './doc-comment.ts';
import { memberName, pascalCase, TypeNames } from './names.ts';
import { SchemaTypes } from './schema-types.ts';

/** How the file came about, beyond the catalogue. */
export interface DeclarationOptions {
  /** The command that makes the file anew, without the name of the file. `callsheet types` when not said. */
  readonly command?: string;
}

/**
 * The tools of a catalogue as TypeScript: a module with `Tools`, for `createClient<Tools>()`, and a type for the arguments and
 * the result of each. The same catalogue gives the same text, whatever the order of its tools and of the members of its schemas.
 * Whatever a schema (JSON Schema 2020-12) lets through has its type; no schema makes the text one that does not compile.
 */
export function declarationsOf(
  tools: readonly ToolInfo[],
  { command = 'callsheet types' }: DeclarationOptions = {},
): string {
  const sorted = [...tools].sort((a, b) => (a.name < b.name ? -1 : 1));
  const names = new TypeNames(['Tools']);
  // All tools first: the name of a definition must not take that of a tool.
  const rows = sorted.map((tool) => {
    const name = pascalCase(tool.name) || 'Tool';
    const stem = /^\d/.test(name) ? `Tool${name}` : name;
    return { tool, input: names.claim(`${stem}Input`), output: names.claim(`${stem}Output`) };
  });
  const lines = rows.map(
    ({ tool, input, output }) =>
      `${comment(docOfTool(tool), '  ')}  ${memberName(tool.name)}: { input: ${input}; output: ${output} };\n`,
  );
  const types = rows.flatMap(({ tool, input, output }) => [
    ...new SchemaTypes(tool.inputSchema, { name: input, direction: 'input', names }).declarations(),
    ...new SchemaTypes(tool.outputSchema, { name: output, direction: 'output', names }).declarations(),
  ]);
  return [header(sorted, command), `export interface Tools {\n${lines.join('')}}\n`, ...types].join('\n');
}

function header(tools: readonly ToolInfo[], command: string): string {
  // The rest of a row (time limits, what is remembered) has nothing to do with types.
  const made = tools.map(({ name, title, description, execution, inputSchema, outputSchema }) => ({
    ...{ name, title, description, execution },
    ...{ inputSchema, outputSchema },
  }));
  const hash = createHash('sha256').update(canonicalJson(made)).digest('hex');
  return `// Tools of a Callsheet gateway, for createClient<Tools>() and connect<Tools>().
// Made from the catalogue sha256:${hash}
// Not to be edited; renew it with: ${command} --out <this file>
`;
}

function docOfTool({ title, description, execution, inputSchema }: ToolInfo): readonly string[] {
  const asJob: Json =
    execution === 'job'
      ? 'Runs as a job: submit() it for this output; call() answers the handle of the job unless told to wait.'
      : null;
  const isDeprecated = docOf(inputSchema).includes('@deprecated');
  return [...paragraphs(title, description, asJob), ...(isDeprecated ? ['@deprecated'] : [])];
}
