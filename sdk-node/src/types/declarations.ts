import { createHash } from 'node:crypto';
import type { Json, ToolInfo } from '@callsheet/protocol';
import { canonicalJson } from './canonical-json.ts';
import { comment, docOf, paragraphs } from './doc-comment.ts';
import { memberName, pascalCase, TypeNames } from './names.ts';
import { behind, type PrintOptions, printType, widthOf } from './print-type.ts';
import { type Declaration, SchemaTypes } from './schema-types.ts';
import { shareShapes } from './share-shapes.ts';

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
      `${comment(docOfTool(tool), '  ')}  ${memberName(tool.name)}: { input: ${input}; output: ${output}${isJob(tool) ? '; job: true' : ''} };\n`,
  );
  const types = rows.flatMap(({ tool, input, output }) => [
    ...new SchemaTypes(tool.inputSchema, { name: input, direction: 'input', names }).declarations(),
    ...new SchemaTypes(tool.outputSchema, { name: output, direction: 'output', names }).declarations(),
  ]);
  const declarations = shareShapes(types, names);
  const width = widths(declarations);
  const statements = declarations.map(({ name, type, doc, direction }) => {
    const options: PrintOptions = { readonlyArrays: direction === 'input', width };
    return `${comment(doc, '')}export type ${name} =${behind(printType(type, options))};\n`;
  });
  return [header(sorted, command), `export interface Tools {\n${lines.join('')}}\n`, ...statements].join('\n');
}

/** How many alternatives each named type has. */
function widths(declarations: readonly Declaration[]): PrintOptions['width'] {
  const types = new Map(declarations.map(({ name, type }) => [name, type]));
  const known = new Map<string, number>();
  const width = (name: string): number => {
    let found = known.get(name);
    if (found === undefined) {
      const type = types.get(name);
      found = type === undefined ? 1 : widthOf(type, { width });
      known.set(name, found);
    }
    return found;
  };
  return width;
}

function isJob({ execution }: ToolInfo): boolean {
  return execution === 'job';
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

function docOfTool(tool: ToolInfo): readonly string[] {
  const { title, description, inputSchema } = tool;
  const asJob: Json = isJob(tool)
    ? 'Runs as a job: submit() it for this output; a call answers the handle of the job, unless it waits.'
    : null;
  const isDeprecated = docOf(inputSchema).includes('@deprecated');
  return [...paragraphs(title, description, asJob), ...(isDeprecated ? ['@deprecated'] : [])];
}
