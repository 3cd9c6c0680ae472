/** A regular expression as it stands in a source, and where. */
export interface Found {
  readonly source: string;
  readonly flags: string;
  readonly line: number;
}

const WORDS_BEFORE = /(?:^|[^\w$.])(?:return|typeof|case|in|of|void|delete|do|else|throw|new|await|yield)$/;

/**
 * The regular expression literals of a TypeScript source. A slash begins one where no value can have ended before it,
 * which is how JavaScript itself tells them from divisions, but for corners that well-formatted code has none of.
 */
export function literalsIn(text: string): Found[] {
  const found: Found[] = [];
  let before = '';
  let at = 0;
  /** For each template we are inside of, how many braces are open in its current expression. */
  const templates: number[] = [];
  while (at < text.length) {
    const char = text.charAt(at);
    const two = text.slice(at, at + 2);
    if (two === '//' || (two === '#!' && at === 0)) at = endOf(text, '\n', at);
    else if (two === '/*') at = endOf(text, '*/', at + 2);
    else if (char === '"' || char === "'") {
      at = endOfQuoted(text, at, char);
      before = '"';
    } else if (char === '`' || (char === '}' && templates.at(-1) === 0)) {
      if (char === '}') templates.pop();
      at = endOfTemplate(text, at);
      if (text.charAt(at - 1) === '{') templates.push(0);
      before = text.charAt(at - 1) === '{' ? '{' : '"';
    } else if (char === '/' && (/(?:^|[(,=:[!&|?{};+<>%*~^-])$/.test(before) || WORDS_BEFORE.test(before))) {
      const end = endOfLiteral(text, at);
      const flags = /^[a-z]*/.exec(text.slice(end))?.[0] ?? '';
      found.push({ source: text.slice(at + 1, end - 1), flags, line: text.slice(0, at).split('\n').length });
      at = end + flags.length;
      before = '"';
    } else {
      const open = templates.length - 1;
      if (char === '{' && open >= 0) templates[open] = (templates[open] ?? 0) + 1;
      if (char === '}' && open >= 0) templates[open] = (templates[open] ?? 0) - 1;
      if (/\S/.test(char)) before = (before + char).slice(-12);
      else if (/\w$/.test(before)) before = `${before} `.trimEnd();
      at += 1;
    }
  }
  return found;
}

function endOf(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length : at + mark.length;
}

function endOfQuoted(text: string, open: number, quote: string): number {
  for (let at = open + 1; at < text.length; at += 1) {
    if (text.charAt(at) === '\\') at += 1;
    else if (text.charAt(at) === quote) return at + 1;
  }
  return text.length;
}

/** Behind the closing quote, or behind the `${` of an expression. */
function endOfTemplate(text: string, open: number): number {
  for (let at = open + 1; at < text.length; at += 1) {
    if (text.charAt(at) === '\\') at += 1;
    else if (text.charAt(at) === '`') return at + 1;
    else if (text.startsWith('${', at)) return at + 2;
  }
  return text.length;
}

function endOfLiteral(text: string, open: number): number {
  let inClass = false;
  for (let at = open + 1; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '\\') at += 1;
    else if (char === '[') inClass = true;
    else if (char === ']') inClass = false;
    else if (char === '/' && !inClass) return at + 1;
  }
  return text.length;
}

/** Every `pattern` in a JSON Schema, wherever it stands. */
export function patternsIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  if (Array.isArray(schema)) return schema.flatMap(patternsIn);
  return Object.entries(schema).flatMap(([name, value]) =>
    name === 'pattern' && typeof value === 'string' ? [value] : patternsIn(value),
  );
}
