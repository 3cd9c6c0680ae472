import type { JsonObject, ToolInfo } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { declarationsOf } from '../../src/types/declarations.ts';
import { driftBetween } from '../../src/types/drift.ts';
import { schemaAndValue } from './schema-and-value.ts';
import { toolWith } from './tool-with.ts';

const closed = (properties: JsonObject, required: string[] = []): JsonObject => ({
  ...{ type: 'object', properties, required },
  additionalProperties: false,
});
const shelf = (inputSchema: JsonObject, facts: Partial<ToolInfo> = {}): string =>
  declarationsOf([toolWith('shelf', { inputSchema, ...facts }), toolWith('other')]);
const changes = (before: string, after: string): readonly string[] | undefined =>
  driftBetween(before, after).changed.get('shelf');

describe('driftBetween', () => {
  const book = closed(
    { title: { type: 'string' }, pages: { type: 'integer' }, of: closed({ name: { type: 'string' } }) },
    ['title'],
  );
  const with_ = (properties: JsonObject, required = ['title']): JsonObject =>
    closed({ ...(book.properties as JsonObject), ...properties }, required);

  const cases: [what: string, after: JsonObject, told: string[]][] = [
    ['a new type', with_({ pages: { type: ['integer', 'null'] } }), ['input.pages: number → number | null']],
    ['a new need', with_({}, ['title', 'pages']), ['input.pages (now required)']],
    ['a need that is gone', with_({}, []), ['input.title (now optional)']],
    [
      'other words',
      with_({ title: { type: 'string', description: 'On the cover' } }),
      ['input.title (described otherwise)'],
    ],
    [
      'a member more, without telling its own',
      with_({ isbn: closed({ code: { type: 'string' } }) }),
      ['input.isbn (new)'],
    ],
    [
      'a member inside',
      with_({ of: closed({ name: { type: 'string' }, 'e-mail': { type: 'string' } }) }),
      ['input.of."e-mail" (new)'],
    ],
    [
      'a member less',
      closed({ title: { type: 'string' }, pages: { type: 'integer' } }, ['title']),
      ['input.of (gone)'],
    ],
    ['another shape', with_({ of: { type: 'string' } }), ['input.of (changed)']],
    [
      'a long list of values',
      with_({ pages: { enum: Array.from({ length: 40 }, (_, at) => `page ${at}`) } }),
      ['input.pages (changed)'],
    ],
    ['members of any name', { ...book, additionalProperties: true }, ['input.[…] (new)']],
    [
      'a definition',
      { ...with_({ of: { $ref: '#/$defs/who' } }), $defs: { who: { type: 'null' } } },
      ['input.of (changed)', 'ShelfInputWho (new)'],
    ],
  ];
  for (const [what, after, told] of cases) {
    it(`tells ${what}`, () => {
      expect(changes(shelf(book), shelf(after))).to.have.members(told);
      expect(driftBetween(shelf(book), shelf(after)).changed.size).to.equal(1);
    });
  }

  it('tells of results, of the tool itself, and of members with one name in several alternatives', () => {
    const either = (...kinds: JsonObject[]): JsonObject => ({ anyOf: kinds.map((kind) => closed({ kind })) });
    const before = shelf(book, { outputSchema: either({ const: 'a' }, { const: 'b' }) });
    const after = shelf(book, { description: 'Keeps books', outputSchema: either({ const: 'a' }, { const: 'c' }) });
    expect(changes(before, after)).to.have.members(['the tool (described otherwise)', 'output.kind (changed)']);
  });

  it('knows tools by name', () => {
    const [ab, bc] = [
      ['a', 'b'],
      ['b', 'c'],
    ].map((names) => declarationsOf(names.map((name) => toolWith(name))));
    expect(driftBetween(ab ?? '', bc ?? '')).to.deep.equal({ added: ['c'], removed: ['a'], changed: new Map() });
    expect(driftBetween('export {};\n', ab ?? '').added).to.deep.equal(['a', 'b']);
  });

  it('finds a changed tool and no other, whatever its schemas are', () => {
    fc.assert(
      fc.property(fc.array(schemaAndValue, { minLength: 2, maxLength: 3 }), fc.nat(), (pairs, nat) => {
        const tools = pairs.map(({ schema }, at) => toolWith(`tool_${at}`, { outputSchema: schema as JsonObject }));
        const at = nat % tools.length;
        const others = tools.map((tool, index) =>
          index === at ? { ...tool, outputSchema: { type: 'array', items: tool.outputSchema } } : tool,
        );
        const [before, after] = [declarationsOf(tools), declarationsOf(others)];
        expect(driftBetween(before, before)).to.deep.equal({ added: [], removed: [], changed: new Map() });
        expect(driftBetween(before, before.replaceAll('\n', '\r\n')).changed.size).to.equal(0);
        const { added, removed, changed } = driftBetween(before, after);
        expect({ added, removed, changed: [...changed.keys()] }).to.deep.equal({
          added: [],
          removed: [],
          changed: [`tool_${at}`],
        });
      }),
      { numRuns: 150 },
    );
  });

  it('takes any text for a file', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('export type A =', '\n', '  a: ', ' ', '}', '{', '"', '/**', ';', 'Tools') }),
        (text) => {
          expect(driftBetween(text, shelf(book)).added).to.be.an('array');
        },
      ),
    );
  });
});
