import type { JsonObject, ToolInfo } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { declarationsOf } from '../../src/types/declarations.ts';
import { driftBetween } from '../../src/types/drift.ts';
import { readTypes, type WrittenTypes } from '../../src/types/written-types.ts';
import { schemaAndValue } from './schema-and-value.ts';
import { toolWith } from './tool-with.ts';

const closed = (properties: JsonObject, required: string[] = []): JsonObject => ({
  ...{ type: 'object', properties, required },
  additionalProperties: false,
});
const typesOf = (tools: readonly ToolInfo[]): WrittenTypes => readTypes(declarationsOf(tools));
const shelf = (inputSchema: JsonObject, facts: Partial<ToolInfo> = {}): WrittenTypes =>
  typesOf([toolWith('shelf', { inputSchema, ...facts }), toolWith('other')]);
const PAGE: JsonObject = { type: 'string', description: 'Of a page, in the words of the printer who made it' };
const changes = (before: WrittenTypes, after: WrittenTypes): readonly string[] | undefined =>
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
    ['another shape', with_({ of: { type: 'string' } }), ['input.of: { name?: string } → string']],
    [
      'a long list of values',
      with_({ pages: { enum: Array.from({ length: 40 }, (_, at) => `page ${at}`) } }),
      ['input.pages (changed)'],
    ],
    ['members of any name', { ...book, additionalProperties: true }, ['input.[…] (new)']],
    [
      'a definition',
      { ...with_({ of: { $ref: '#/$defs/who' } }), $defs: { who: { type: 'null' } } },
      ['input.of: { name?: string } → null'],
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
    expect(changes(before, after)).to.have.members(['the tool (described otherwise)', 'output.kind: "b" → "c"']);
  });

  it('tells what is a job now, and what is none any more', () => {
    const job = shelf(book, { execution: 'job' });
    expect(changes(shelf(book), job)).to.deep.equal(['the tool (now a job)']);
    expect(changes(job, shelf(book))).to.deep.equal(['the tool (no longer a job)']);
  });

  it('tells of a type that several tools share at each of them, and which names came and went', () => {
    const page = (...members: string[]): JsonObject =>
      closed(Object.fromEntries(['height', 'margin', 'paper', 'weight', ...members].map((name) => [name, PAGE])));
    const both = (...schemas: [JsonObject, JsonObject]): WrittenTypes =>
      typesOf(
        schemas.map((schema, at) => toolWith(['print', 'bind'][at] ?? '', { outputSchema: closed({ page: schema }) })),
      );
    const shared = both(page(), page());
    expect(driftBetween(shared, both(page('ink'), page('ink')))).to.deep.equal({
      ...{ added: [], removed: [], names: [] },
      changed: new Map([
        ['bind', ['output.page.ink (new)']],
        ['print', ['output.page.ink (new)']],
      ]),
    });
    expect(driftBetween(shared, both(page('ink'), page()))).to.deep.equal({
      ...{ added: [], removed: [], names: ['Page (gone)'] },
      changed: new Map([['print', ['output.page.ink (new)']]]),
    });
  });

  it('compares types that hold themselves, by what they hold', () => {
    const tree = (leaf: JsonObject, root = 'tree'): WrittenTypes => {
      const $defs = { [root]: closed({ of: { type: 'array', items: { $ref: `#/$defs/${root}` } }, leaf }) };
      return shelf({ $ref: `#/$defs/${root}`, $defs });
    };
    const text = tree({ type: 'string' });
    expect(driftBetween(text, tree({ type: 'string' }, 'bush'))).to.deep.equal({
      ...{ added: [], removed: [], changed: new Map() },
      names: ['ShelfInputTree (gone)', 'ShelfInputBush (new)'],
    });
    expect(changes(text, tree({ type: 'null' }))).to.deep.equal(['input.leaf: string → null']);
  });

  it('knows tools by name', () => {
    const [ab, bc] = [
      typesOf(['a', 'b'].map((name) => toolWith(name))),
      typesOf(['b', 'c'].map((name) => toolWith(name))),
    ];
    const nothing = { changed: new Map(), names: [] };
    expect(driftBetween(ab, bc)).to.deep.equal({ added: ['c'], removed: ['a'], ...nothing });
    expect(driftBetween(readTypes(''), typesOf([toolWith('x-y')])).added).to.deep.equal(['x-y']);
  });

  it('finds a changed tool and no other, whatever its schemas are', () => {
    fc.assert(
      fc.property(fc.array(schemaAndValue, { minLength: 2, maxLength: 3 }), fc.nat(), (pairs, nat) => {
        const tools = pairs.map(({ schema }, at) => toolWith(`tool_${at}`, { outputSchema: schema as JsonObject }));
        const at = nat % tools.length;
        const others = tools.map((tool, index) =>
          index === at ? { ...tool, outputSchema: { type: 'object', required: ['not there before'] } } : tool,
        );
        const [before, after] = [typesOf(tools), typesOf(others)];
        expect(driftBetween(before, before)).to.deep.equal({ added: [], removed: [], changed: new Map(), names: [] });
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
});
