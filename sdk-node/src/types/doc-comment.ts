import { isJsonObject, type Json, type JsonObject } from '@callsheet/protocol';
import { canonicalJson } from './canonical-json.ts';
import { INVISIBLE } from './type-node.ts';

const LINE = 110;

/** What a schema says to people, and the bounds that its type cannot say, as the lines of a comment. */
export function docOf(schema: Json | undefined): readonly string[] {
  if (!isJsonObject(schema)) return [];
  const isListed = schema.enum !== undefined || schema.const !== undefined;
  const bounds = isListed ? '' : boundsOf({ ...soleBranch(schema), ...schema });
  return [
    ...withBounds(paragraphs(schema.title, schema.description), bounds),
    ...(schema.default === undefined ? [] : [`@default ${plain(canonicalJson(schema.default))}`]),
    ...(schema.deprecated === true ? ['@deprecated'] : []),
  ];
}

/** Bounds on the last line where they fit, else below it. */
function withBounds(lines: readonly string[], bounds: string): readonly string[] {
  if (bounds === '') return lines;
  const last = lines.at(-1) ?? '';
  const joined = last === '' ? `${bounds}.` : `${last}${/[.!?]$/.test(last) ? '' : '.'} ${bounds}.`;
  return joined.length <= LINE ? [...lines.slice(0, -1), joined] : [...lines, `${bounds}.`];
}

/** Of «this or null», as many generators write an optional value, what is not null: there the bounds are. */
function soleBranch({ anyOf, oneOf }: JsonObject): JsonObject | undefined {
  const branches = Array.isArray(anyOf) ? anyOf : oneOf;
  if (!Array.isArray(branches)) return undefined;
  const rest = branches.filter((branch) => !isJsonObject(branch) || branch.type !== 'null');
  return rest.length === 1 && isJsonObject(rest[0]) ? rest[0] : undefined;
}

/** Texts as paragraphs of a comment; what is no text, empty or said before is left out. */
export function paragraphs(...texts: readonly (Json | undefined)[]): string[] {
  const said = new Set(texts.map((text) => (typeof text === 'string' ? plain(text).trim() : '')));
  said.delete('');
  return [...said].flatMap((text, at) => [...(at === 0 ? [] : ['']), ...text.split('\n')]);
}

/** Writes a comment before a declaration; nothing when there is nothing to say. */
export function comment(lines: readonly string[], indent: string): string {
  const [first] = lines;
  if (first === undefined) return '';
  if (lines.length === 1) return `${indent}/** ${first} */\n`;
  const body = lines.map((line) => `${indent} *${line === '' ? '' : ` ${line}`}\n`);
  return `${indent}/**\n${body.join('')}${indent} */\n`;
}

/**
 * Text of strangers as it may stand in a comment: it cannot end the comment, begin a tag such as `@deprecated`, or show an
 * editor something else than is there.
 */
function plain(text: string): string {
  const lines = text.split(/\r\n?|[\n\u2028\u2029]/).map((line) =>
    line
      .replace(INVISIBLE, '')
      .replace(/\p{Cc}/gu, ' ')
      .trimEnd(),
  );
  return lines
    .join('\n')
    .replace(/\p{Cs}/gu, '\ufffd')
    .replaceAll('*/', '*\\/')
    .replace(/(^|[\s*{])@/g, '$1\\@');
}

/** Bounds as a sentence without its full stop, e.g. `Whole number, 1 to 10`; empty when there are none. */
function boundsOf(schema: JsonObject): string {
  const { format, pattern, multipleOf } = schema;
  const bounds = [
    isWhole(schema) && 'whole number',
    range(schema.minimum, schema.maximum, 'at least', 'at most'),
    range(schema.exclusiveMinimum, schema.exclusiveMaximum, 'more than', 'less than'),
    typeof multipleOf === 'number' && `a multiple of ${multipleOf}`,
    counted(schema.minLength, schema.maxLength, 'character'),
    counted(schema.minItems, schema.maxItems, 'item'),
    schema.uniqueItems === true && 'no two alike',
    counted(schema.minProperties, schema.maxProperties, 'member'),
    typeof format === 'string' && `format ${plain(format)}`,
    typeof pattern === 'string' && `pattern ${plain(pattern)}`,
  ].filter((bound) => typeof bound === 'string');
  const text = bounds.join(', ').replaceAll('\n', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function isWhole({ type }: JsonObject): boolean {
  return type === 'integer' || (Array.isArray(type) && type.includes('integer') && !type.includes('number'));
}

function range(from: Json | undefined, to: Json | undefined, above: string, below: string): string | undefined {
  const texts = [
    ...(typeof from === 'number' ? [`${above} ${from}`] : []),
    ...(typeof to === 'number' ? [`${below} ${to}`] : []),
  ];
  if (texts.length === 2 && above === 'at least') return `from ${from} to ${to}`;
  return texts.length === 0 ? undefined : texts.join(' and ');
}

function counted(least: Json | undefined, most: Json | undefined, what: string): string | undefined {
  const bounds = range(least === 0 ? undefined : least, most, 'at least', 'at most')?.replace('from ', '');
  if (bounds === undefined) return undefined;
  return least === most && typeof least === 'number'
    ? `${least} ${plural(what, least)}`
    : `${bounds} ${plural(what, most ?? least)}`;
}

function plural(what: string, count: Json | undefined): string {
  return count === 1 ? what : `${what}s`;
}
