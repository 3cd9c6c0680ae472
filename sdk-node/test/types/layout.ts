import fc from 'fast-check';

/** The tokens of what `declarationsOf` writes, without its comments; strings are JSON. */
export function tokensIn(text: string): readonly string[] {
  const code = text.replace(/^\s*(\/\/.*|\/\*\*.*\*\/)$|^ *\/\*\*$[\s\S]*?^ *\*\/$/gm, '');
  return code.match(/"(?:[^"\\]|\\.)*"|\.\.\.|\d[\d.]*(?:e[+-]?\d+)?|[\w$]+|\S/g) ?? [];
}

/** The first lines, which say what the file was made from. */
export function headerOf(text: string): string {
  return text.slice(0, text.indexOf('\n\n'));
}

type Choose = (most: number) => number;

/** Chances a layout is made of. */
export const chances: fc.Arbitrary<Choose> = fc.infiniteStream(fc.nat({ max: 1_000 })).map((stream) => (most) => {
  const { value } = stream.next();
  return Number(value) % (most + 1);
});

const SPACES = ['', ' ', '\n', '\r\n\t', '/* "a */', " // it's;\n", '\n\n  /** said\n   * otherwise */\n'];

/** Writes tokens down with other quotes, separators, brackets, spaces and comments. */
export function laidOut(tokens: readonly string[], choose: Choose): string {
  let text = '';
  tokens.forEach((token, at) => {
    const [before = '', after = ''] = [tokens[at - 1], tokens[at + 1]];
    const isMember = /^[?:]$/.test(after) && before !== '[' && /^["\w$]/.test(token) && !/^[|(,:&-]$/.test(before);
    const isLiteral = token.startsWith('"') && !isMember;
    let written = token;
    if (isMember) written = named(token, choose);
    else if (isLiteral) written = requoted(token, choose);
    if (token === ';')
      written =
        after === 'export' || after === '' ? ([';', '\n'][choose(1)] ?? '') : ([';', ',', '\n'][choose(2)] ?? '');
    const isWholeType =
      /^["\w$]/.test(token) && /^[:=|]$/.test(before) && /^[;|]$/.test(after) && tokens[at - 3] !== '[';
    if (isWholeType && choose(3) === 0) written = `(${written})`;
    if (isWholeType && before !== '|' && choose(3) === 0) written = `| ${written}`;
    if (token === ']' && before !== '[' && /^["\w}\])?]/.test(before) && tokens[at + 1] !== ':' && choose(1) === 0)
      written = `,${written}`;
    const space = SPACES[choose(SPACES.length - 1)] ?? '';
    const needed = /[\w$]$/.test(text) && /^[\w$.]/.test(written) && space === '' ? ' ' : space;
    text += needed + written;
  });
  return text;
}

function named(token: string, choose: Choose): string {
  const name = token.startsWith('"') ? String(JSON.parse(token)) : token;
  const isBare = /^[A-Za-z_$\u00c0-\u017f][\w$]*$/.test(name);
  return isBare && choose(1) === 0 ? name : requoted(token.startsWith('"') ? token : JSON.stringify(name), choose);
}

function requoted(token: string, choose: Choose): string {
  if (choose(1) === 0) return token;
  const inner = token
    .slice(1, -1)
    .replace(/\\(.)|'/g, (whole, escaped) => (escaped === '"' ? '"' : whole === "'" ? "\\'" : whole));
  return `'${inner}'`;
}
