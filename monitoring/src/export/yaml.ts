/** Plain data: what JSON can say. Members that are undefined are left out. */
export type YamlValue = string | number | boolean | null | readonly YamlValue[] | YamlMap;

export interface YamlMap {
  readonly [key: string]: YamlValue | undefined;
}

/** One part of a file, with a comment above it. */
export interface YamlSection {
  readonly says?: string | undefined;
  readonly data: YamlMap;
}

/** How long a list of words may be to stand in one line. */
const FLOW_WIDTH = 72;

/** A file of sections with an empty line between them. Throws a TypeError for numbers that YAML readers disagree about. */
export function yamlFile(...sections: readonly YamlSection[]): string {
  return `${sections.map(section).join('\n\n')}\n`;
}

function section({ says, data }: YamlSection): string {
  const comment = says?.split('\n').map((line) => (line === '' ? '#' : `# ${line}`)) ?? [];
  return [...comment, ...block(data)].join('\n');
}

/** The lines of a value that has lines of its own, not indented. */
function block(value: YamlMap | readonly YamlValue[]): readonly string[] {
  if (isList(value)) return value.flatMap((item) => attach('-', item));
  return Object.entries(value).flatMap(([key, member]) =>
    member === undefined ? [] : attach(`${oneLine(key)}:`, member),
  );
}

/** A value behind its key or its dash. */
function attach(lead: string, value: YamlValue): readonly string[] {
  if (typeof value === 'string' && isProse(value)) return literal(lead, value);
  if (typeof value !== 'object' || value === null) return [`${lead} ${scalar(value)}`];
  const flow = flowOf(value);
  if (flow !== undefined) return [`${lead} ${flow}`];
  const lines = block(value).map((line) => (line === '' ? '' : `  ${line}`));
  if (lead !== '-') return [lead, ...lines];
  // Behind a dash the first line stands beside it: two characters, as the others are indented.
  const [first = '', ...rest] = lines;
  return [`- ${first.slice(2)}`, ...rest];
}

/** What fits into one line in brackets: nothing at all, and lists of short words and numbers. */
function flowOf(value: YamlMap | readonly YamlValue[]): string | undefined {
  if (!isList(value)) return Object.values(value).every((member) => member === undefined) ? '{}' : undefined;
  if (value.some((item) => typeof item === 'object' && item !== null)) return undefined;
  const words = value.map((item) => (typeof item === 'string' ? inFlow(item) : scalar(item as number)));
  const line = `[${words.join(', ')}]`;
  return line.length <= FLOW_WIDTH ? line : undefined;
}

function isList(value: YamlMap | readonly YamlValue[]): value is readonly YamlValue[] {
  return Array.isArray(value);
}

function scalar(value: string | number | boolean | null): string {
  if (typeof value === 'string') return oneLine(value);
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new TypeError(`Cannot write ${value} as YAML: readers disagree about it; write a finite number`);
  }
  return Object.is(value, -0) ? '-0.0' : String(value);
}

/** Words that YAML 1.1 or 1.2 take for something else, and `e5`, which some of their readers take for a number. */
const RESERVED = /^(?:y|n|yes|no|on|off|true|false|null|nan|inf|e\d+)$/i;

/** Begins with what no indicator and no number begins with, and holds what may stand in a line. */
const PLAIN = /^[A-Za-z_/(][\x20-\x7e]*$/;

/** `5m`, `1h30m`: words for every reader. */
const DURATION = /^(?:\d+(?:ms|[smhdwy]))+$/;

/** As people write it where nothing can mistake it, else between quotes. */
function oneLine(text: string): string {
  if (DURATION.test(text)) return text;
  const plain = PLAIN.test(text) && !RESERVED.test(text) && !/: | #|[ :]$/.test(text);
  return plain ? text : quoted(text);
}

function inFlow(text: string): string {
  return /^[A-Za-z_/][\w./-]*$/.test(text) && !RESERVED.test(text) ? text : quoted(text);
}

function quoted(text: string): string {
  if (/^[\x20-\x7e\u00a1-\u024f]*$/.test(text)) return `'${text.replaceAll("'", "''")}'`;
  return JSON.stringify(text).replace(/[\u007f-\uffff]/g, escaped);
}

/** Line separators, marks of byte order and halves of pairs must be escaped; whole pairs stay as they are. */
function escaped(character: string): string {
  const code = character.charCodeAt(0);
  const isPair = code >= 0xd800 && code <= 0xdfff;
  const stays = isPair || (code > 0xa0 && code < 0x2028) || (code > 0x2029 && code < 0xe000);
  return stays ? character : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** Several lines that can stand as they are: nothing a reader would trim, fold or take for indentation. */
function isProse(text: string): boolean {
  const lines = text.replace(/\n$/, '').split('\n');
  return (
    lines.length > 1 &&
    !lines[0]?.startsWith(' ') &&
    lines.every((line) => /^(?:[\x20-\x7e]*[\x21-\x7e])?$/.test(line)) &&
    lines[0] !== '' &&
    lines.at(-1) !== ''
  );
}

function literal(lead: string, text: string): readonly string[] {
  const ends = text.endsWith('\n');
  const lines = (ends ? text.slice(0, -1) : text).split('\n');
  return [`${lead} ${ends ? '|' : '|-'}`, ...lines.map((line) => (line === '' ? '' : `  ${line}`))];
}
