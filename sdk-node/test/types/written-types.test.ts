import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import type { JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { declarationsOf } from '../../src/types/declarations.ts';
import { declareSame, driftBetween } from '../../src/types/drift.ts';
import { UnreadableTypesError } from '../../src/types/written-tokens.ts';
import { readTypes, type WrittenType, written } from '../../src/types/written-types.ts';
import { chances, headerOf, laidOut, tokensIn } from './layout.ts';
import { schemaAndValue } from './schema-and-value.ts';
import { toolWith } from './tool-with.ts';

const files = fc.array(schemaAndValue, { minLength: 1, maxLength: 3 }).map((pairs) =>
  declarationsOf(
    pairs.map(({ schema }, at) =>
      toolWith(['a_tool', 'x-y', '1'][at] ?? '', {
        inputSchema: schema as JsonObject,
        outputSchema: schema as JsonObject,
        execution: 'job',
        description: 'Says /* what "it */ does',
      }),
    ),
  ),
);
const typeOf = (text: string): WrittenType | undefined => readTypes(`export type A = ${text};`).declared.get('A')?.type;

describe('readTypes', () => {
  it('reads the same from a file however it is laid out', () => {
    fc.assert(
      fc.property(files, chances, (text, choose) => {
        const other = `${headerOf(text)}\n${laidOut(tokensIn(text), choose)}`;
        const [was, is] = [readTypes(text), readTypes(other)];
        expect(is.hash).to.equal(was.hash).and.to.be.a('string');
        expect(declareSame(was, is), other).to.equal(true);
        const { changed, ...rest } = driftBetween(was, is);
        expect(rest).to.deep.equal({ added: [], removed: [], names: [] });
        for (const part of [...changed.values()].flat()) expect(part).to.match(/ \(described otherwise\)$/);
      }),
      { numRuns: 300 },
    );
  });

  it('reads something else, or nothing, when a name, a type or what is optional was changed', () => {
    fc.assert(
      fc.property(files, chances, fc.nat(), (text, choose, nat) => {
        const tokens = tokensIn(text);
        const changes = tokens.flatMap((token, at) => changesOf(token, at, tokens));
        const change = changes[nat % changes.length] ?? [];
        const other = `${headerOf(text)}\n${laidOut(change, choose)}`;
        expect(sameAs(text, other), other).to.equal(false);
      }),
      { numRuns: 300 },
    );
  });

  it('reads what a formatter makes of it', () => {
    const text = declarationsOf(
      fc
        .sample(schemaAndValue, { numRuns: 40, seed: 7 })
        .map(({ schema }, at) =>
          toolWith(`tool_${at}`, { inputSchema: schema as JsonObject, outputSchema: schema as JsonObject }),
        ),
    );
    const style = [
      'javascript-formatter-quote-style=single',
      'semicolons=as-needed',
      'indent-style=tab',
      'line-width=40',
    ];
    for (const quotes of ['as-needed', 'preserve']) {
      const { stdout, stderr } = formatted(text, [...style, `quote-properties=${quotes}`]);
      expect(stdout, stderr).to.contain("'").and.not.to.contain(';\n');
      expect(sameAs(text, stdout)).to.equal(true);
    }
  });

  it('takes literals by their value, and brackets for what they hold together', () => {
    const same: [string, string][] = [
      ['"a"', "'a'"],
      ['"\\u00e9\\n\\""', "'\\xe9\\n\"'"],
      ['"😀"', "'\\u{1f600}'"],
      ['"ab"', "'a\\\nb'"],
      ['1e+21', '1e21'],
      ['-0.5', '- .5'],
      ['("a" | 1)[]', '(\n  | "a"\n  | 1\n)[]'],
      ['A & B | C', '(A & B) | (C)'],
      ['[string, ...number[]]', '[string, ...(number)[],]'],
      ['{ a: 1; b?: 2 }', '{ b?: 2, "a": 1 }'],
      ['{ "1": 1 }', '{ 1: 1 }'],
    ];
    for (const [a, b] of same) expect(typeOf(a), b).to.deep.equal(typeOf(b));
    for (const other of ['"a "', '"A"', 'a', '"\\\\a"', '("a")[]'])
      expect(typeOf(other)).not.to.deep.equal(typeOf('"a"'));
    expect(typeOf('(A | B) & C')).not.to.deep.equal(typeOf('A | B & C'));
    expect(typeOf('readonly string[]')).not.to.deep.equal(typeOf('string[]'));
  });

  it('writes a type on one line that reads as the same type', () => {
    fc.assert(
      fc.property(files, (text) => {
        for (const { type } of readTypes(text).declared.values()) {
          const line = written(type);
          expect(line).not.to.contain('\n');
          expect(written(typeOf(line.replaceAll('[…]', '[name: string]')) ?? type)).to.equal(line);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('says at which line a file holds what is never written', () => {
    const wrong: [text: string, told: string][] = [
      ['export interface Tools {}\n\nimport "a";', 'line 3 holds "import"'],
      ['export type A = string\nexport type A = string', 'line 2 holds "A"'],
      ['export type A = { a: 1; a: 2 }', 'line 1 holds "a"'],
      ['export type A = Array<string>', 'line 1 holds "<"'],
      ['export type A = [1 2]', 'holds "2"'],
      ['export type A = -a', 'holds "-"'],
      ['export type A =\n', 'line 2 holds the end of the file'],
      ['export type "A" = 1', 'holds "A"'],
      ['export type A = { a: 1', 'the end of the file'],
      ['/* never ends', 'line 1 holds "/"'],
      ['"never ends', 'line 1 holds """'],
    ];
    for (const [text, told] of wrong) expect(() => readTypes(text), text).to.throw(UnreadableTypesError, told);
  });

  it('takes any text for a file', () => {
    const unit = fc.constantFrom(
      'export ',
      'type ',
      'A',
      '=',
      '\n',
      'a:',
      ' ',
      '{',
      '}',
      '"',
      '/*',
      ';',
      '[',
      ']',
      '|',
      '1',
    );
    fc.assert(
      fc.property(fc.string({ unit }), (text) => {
        try {
          expect(readTypes(text).declared).to.be.a('map');
        } catch (error) {
          expect(error).to.be.instanceOf(UnreadableTypesError);
        }
      }),
    );
  });
});

/** What may be done to one token so that something else is declared. */
function changesOf(token: string, at: number, tokens: readonly string[]): readonly (readonly string[])[] {
  const without = tokens.toSpliced(at, 1);
  const put = (other: string): readonly string[] => tokens.toSpliced(at, 1, other);
  // What the others are called in `[name: string]` is nobody's business.
  if (token === 'name' && tokens[at - 1] === '[') return [];
  if (token.startsWith('"')) return [put(JSON.stringify(`${JSON.parse(token)}x`))];
  if (/^\d/.test(token)) return [put(`7${token}`)];
  if (token === 'readonly') return [without, put('readonlyx')];
  if (/^[\w$]/.test(token)) return [put(`${token}x`), ...(token === 'never' ? [] : [put('never')])];
  if (token === '?') return [without];
  // One that leads means nothing.
  if (token === '|') return /^[=(:]$/.test(tokens[at - 1] ?? '') ? [] : [put('&')];
  if (token === '&') return [put('|')];
  if (token === ':' && tokens[at - 1] !== '?') return [tokens.toSpliced(at, 0, '?')];
  if (token === '[' && tokens[at + 1] === ']') return [tokens.toSpliced(at, 2), tokens.toSpliced(at, 0, '[', ']')];
  return [];
}

function sameAs(text: string, other: string): boolean {
  try {
    return declareSame(readTypes(text), readTypes(other));
  } catch (error) {
    if (error instanceof UnreadableTypesError) return false;
    throw error;
  }
}

function formatted(text: string, style: readonly string[]): { readonly stdout: string; readonly stderr: string } {
  const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome');
  const options = style.map((option) => `--${option}`);
  const args = [biome, 'format', ...options, '--stdin-file-path=tools.d.ts'];
  return spawnSync(process.execPath, args, { input: text, encoding: 'utf8' });
}
