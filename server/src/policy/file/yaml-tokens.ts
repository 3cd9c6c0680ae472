import { type CST, Lexer, type LineCounter, Parser } from 'yaml';

/**
 * Cuts YAML into its tree of tokens, as far as it nests no deeper than `deepest`.
 *
 * What is made of the tokens later calls itself for each level, and V8 may end the whole process rather than throw when
 * that goes too deep; so depth is counted here, without a call for a level.
 *
 * @returns undefined when it nests deeper.
 */
export function yamlTokens(text: string, lines: LineCounter, deepest: number): CST.Token[] | undefined {
  const parser = new Parser(lines.addNewLine);
  const tokens: CST.Token[] = [];
  lines.addNewLine(0);
  let brackets = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (lexeme === '[' || lexeme === '{') brackets++;
    if (lexeme === ']' || lexeme === '}') brackets--;
    if (brackets > deepest) return undefined;
    tokens.push(...parser.next(lexeme));
  }
  tokens.push(...parser.end());
  return depthOf(tokens, deepest) > deepest ? undefined : tokens;
}

/** How deep collections stand in each other; stops counting beyond `deepest`. */
function depthOf(tokens: readonly CST.Token[], deepest: number): number {
  let level: readonly CST.Token[] = tokens.flatMap((token) => (token.type === 'document' ? (token.value ?? []) : []));
  let depth = 0;
  while (level.length > 0 && depth <= deepest) {
    level = level
      .flatMap((token) => ('items' in token ? token.items.flatMap(({ key, value }) => [key, value]) : []))
      .filter((token) => token !== null && token !== undefined);
    if (level.length > 0) depth++;
  }
  return depth;
}
