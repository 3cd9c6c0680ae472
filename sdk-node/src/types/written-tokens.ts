/** A token of a file of types, without what layout is: strings and numbers by value, in one way of writing. */
export interface Token {
  readonly kind: 'name' | 'string' | 'number' | 'sign' | 'end';
  /** A name or sign as it is; the value of a string; a number as JavaScript writes it. */
  readonly text: string;
  /** From 1. */
  readonly line: number;
  /** The words of the comments before it. */
  readonly doc: string;
}

/** A file holds what `callsheet types` never writes. */
export class UnreadableTypesError extends Error {
  override readonly name = 'UnreadableTypesError';

  constructor(line: number, found: string) {
    super(`line ${line} holds ${found}, which callsheet types never writes there`);
  }
}

const TOKEN = new RegExp(
  [
    /(?<space>\s+)/,
    /(?<comment>\/\/[^\n\r\u2028\u2029]*|\/\*[\s\S]*?\*\/)/,
    /(?<string>"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*')/,
    /(?<name>[\p{ID_Start}_$][\p{ID_Continue}$\u200c\u200d]*)/u,
    /(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/,
    /(?<sign>\.\.\.|[{}()[\]|&=?:;,-])/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'uy',
);

/** Reads a file of types token by token, an `end` last. Throws UnreadableTypesError. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const pattern = new RegExp(TOKEN);
  const source = text.replace(/^\ufeff/, '');
  let line = 1;
  let doc = '';
  while (pattern.lastIndex < source.length) {
    const at = pattern.lastIndex;
    const groups = pattern.exec(source)?.groups;
    if (groups === undefined)
      throw new UnreadableTypesError(line, `"${String.fromCodePoint(source.codePointAt(at) ?? 0)}"`);
    const { space, comment, string, name, number, sign = '' } = groups;
    if (comment !== undefined) doc += ` ${wordsOf(comment)}`;
    else if (space === undefined) {
      const token = { line, doc: doc.trim() };
      doc = '';
      if (string !== undefined) tokens.push({ kind: 'string', text: textOf(string), ...token });
      else if (name !== undefined) tokens.push({ kind: 'name', text: name, ...token });
      else if (number !== undefined) tokens.push({ kind: 'number', text: String(Number(number)), ...token });
      else tokens.push({ kind: 'sign', text: sign, ...token });
    }
    line += source.slice(at, pattern.lastIndex).split('\n').length - 1;
  }
  tokens.push({ kind: 'end', text: 'the end of the file', line, doc: doc.trim() });
  return tokens;
}

/** A comment without its marks and its lines. */
function wordsOf(comment: string): string {
  const inner = comment.startsWith('//') ? comment.slice(2) : comment.slice(2, -2).replace(/^\s*\*/gm, ' ');
  return inner.split(/\s+/).join(' ').trim();
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v', 0: '\0' };

/** The value of a string literal, whatever its quotes (ECMA-262, 12.9.4). */
function textOf(literal: string): string {
  return literal
    .slice(1, -1)
    .replace(
      /\\(?:u\{([0-9a-f]+)\}|u([0-9a-f]{4})|x([0-9a-f]{2})|(\r\n|[\s\S]))/gi,
      (_whole, code: string | undefined, unit: string | undefined, byte: string | undefined, other = '') => {
        if (code !== undefined) return String.fromCodePoint(Math.min(Number.parseInt(code, 16), 0x10ffff));
        const hex = unit ?? byte;
        if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
        return /[\r\n\u2028\u2029]/.test(other) ? '' : (ESCAPES[other] ?? other);
      },
    );
}
