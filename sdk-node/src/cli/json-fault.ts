/** Where a text stops being JSON, as editors count: both from 1. */
export interface JsonFault {
  readonly line: number;
  readonly column: number;
  /** What was expected and what is there, e.g. `expected "," or "}", found "x"`. */
  readonly message: string;
}

/** What may come next. A token is named by its first character; `#` is a number, true, false or null, `$` the end. */
const GRAMMAR = {
  value: { tokens: '{["#', expected: 'a value' },
  firstItem: { tokens: '{["#]', expected: 'a value or "]"' },
  name: { tokens: '"', expected: 'a name in double quotes' },
  firstName: { tokens: '"}', expected: 'a name in double quotes or "}"' },
  colon: { tokens: ':', expected: '":"' },
  afterMember: { tokens: ',}', expected: '"," or "}"' },
  afterItem: { tokens: ',]', expected: '"," or "]"' },
  afterAll: { tokens: '$', expected: 'nothing more' },
} as const;
type State = keyof typeof GRAMMAR;

const SPACE = /[ \t\n\r]*/y;
const WORD = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/**
 * Finds the first fault of a text that is no JSON (RFC 8259); undefined when it is JSON. `JSON.parse` says where for some
 * faults only, and says it differently in every version of Node.js.
 */
export function jsonFault(text: string): JsonFault | undefined {
  const open: string[] = [];
  let state: State = 'value';
  let at = 0;
  for (;;) {
    at = endOf(SPACE, text, at);
    const token = tokenAt(text, at);
    const { tokens, expected } = GRAMMAR[state];
    if (!tokens.includes(token)) return faultAt(text, at, `expected ${expected}, found ${foundAt(text, at)}`);
    if (token === '$') return undefined;
    if (token === '"') {
      const string = endOfString(text, at);
      if (string.fault !== undefined) return faultAt(text, string.at, string.fault);
      at = string.at;
    } else at = token === '#' ? endOf(WORD, text, at) : at + 1;
    if (token === '{' || token === '[') open.push(token);
    if (token === '}' || token === ']') open.pop();
    state = stateAfter(token, state, open.at(-1));
  }
}

function stateAfter(token: string, state: State, inside: string | undefined): State {
  if (token === '{') return 'firstName';
  if (token === '[') return 'firstItem';
  if (token === ':') return 'value';
  if (token === ',') return inside === '{' ? 'name' : 'value';
  if (token === '"' && (state === 'name' || state === 'firstName')) return 'colon';
  return inside === undefined ? 'afterAll' : inside === '{' ? 'afterMember' : 'afterItem';
}

function tokenAt(text: string, at: number): string {
  const character = text[at];
  if (character === undefined) return '$';
  if ('{}[]:,"'.includes(character)) return character;
  return endOf(WORD, text, at) > at ? '#' : 'none';
}

/** A fault is where it is; without one `at` is behind the string. */
function endOfString(text: string, from: number): { readonly at: number; readonly fault?: string } {
  let at = from + 1;
  for (;;) {
    const code = text.charCodeAt(at);
    if (text[at] === '"') return { at: at + 1 };
    if (Number.isNaN(code)) return { at, fault: 'the text ends inside a string' };
    if (code < 0x20)
      return { at, fault: `found ${foundAt(text, at)} inside a string; write it as an escape like "\\n"` };
    const next = text[at] === '\\' ? endOf(ESCAPE, text, at) : at + 1;
    if (next === at)
      return { at, fault: `found a backslash with ${foundAt(text, at + 1)} behind it; write "\\\\" for a backslash` };
    at = next;
  }
}

/** Behind what `pattern` matches at `at`; `at` when it does not. */
function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

function foundAt(text: string, at: number): string {
  const code = text.codePointAt(at);
  if (code === undefined) return 'the end of the text';
  if (code === 0x0a || code === 0x0d) return 'the end of the line';
  if (code === 0x27) return `"'" (JSON has double quotes)`;
  const character = String.fromCodePoint(code);
  return /[\p{C}\p{Z}]/u.test(character)
    ? `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
    : JSON.stringify(character);
}

function faultAt(text: string, at: number, message: string): JsonFault {
  const before = text.slice(0, at).split(/\r\n|\n|\r/);
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, message };
}
