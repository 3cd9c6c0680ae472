import type { JsonObject, ToolInfo } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { declarationsOf } from '../../src/types/declarations.ts';
import { schemaAndValue } from './schema-and-value.ts';
import { toolWith } from './tool-with.ts';

const closed = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  ...{ type: 'object', properties, additionalProperties: false },
  ...more,
});
const text = { type: 'string', description: 'In the words of whoever wrote it down, and not shorter than that' };
/** Beyond trivial size. */
const file = (more: JsonObject = {}): JsonObject => closed({ mime: text, sha256: text, url: text }, more);
const results = (...schemas: JsonObject[]): ToolInfo[] =>
  schemas.map((schema, at) => toolWith(`tool_${at}`, { outputSchema: schema }));
const named = (tools: readonly ToolInfo[]): string[] =>
  [...declarationsOf(tools).matchAll(/^export type (\w+)/gm)]
    .map(([, name = '']) => name)
    .filter((name) => !/^Tool\d(In|Out)put$/.test(name));

describe('shapes that occur several times', () => {
  it('are written down once, under the title of their schema, which their places need not say again', () => {
    const asset = file({ title: 'Asset' });
    const declared = declarationsOf(
      results(
        closed({ video: asset, cover: { ...asset, description: 'Of the first page.' } }),
        closed({ of: { type: 'array', items: asset } }),
      ),
    );
    expect(declared)
      .to.contain('export type Tool0Output = {\n  /** Of the first page. */\n  cover?: Asset;\n  video?: Asset;\n};\n')
      .and.contain('export type Tool1Output = {\n  of?: Asset[];\n};\n')
      .and.match(/\n\nexport type Asset = \{\n {2}\/\*\* In the words[\s\S]+ url\?: string;\n\};\n$/);
    expect(declared.match(/sha256\?/g)).to.have.length(1);
  });

  it('are called what most of their places are called, where they have no title', () => {
    const [a, b] = [
      closed({ cover: file(), film: file() }),
      closed({ film: file(), scenes: { type: 'array', items: file() } }),
    ];
    expect(named(results(a, b))).to.deep.equal(['Film']);
    expect(named(results(closed({ scenes: { type: 'array', items: file() }, '12': file() })))).to.deep.equal([
      'ScenesItem',
    ]);
    expect(
      named(
        results(
          closed({
            '12': file(),
            x: { anyOf: [file(), { type: 'array', items: { anyOf: [file(), { type: 'null' }] } }] },
          }),
        ),
      ),
    ).to.deep.equal(['Shape12']);
    expect(named(results(closed({ 日: file(), 本: file() })))).to.deep.equal(['Tool0OutputPart']);
    const sentence = file({ title: 'What was made of all that its caller said of it' });
    expect(named(results(closed({ cover: sentence, back: sentence })))).to.deep.equal(['Back']);
  });

  it('take no name that something else has', () => {
    const both = closed({ tool_0_output: file(), tools: file() });
    const other = closed({ page: file({ required: ['url'] }), other: file({ required: ['url'], title: 'Page' }) });
    expect(named(results(both, both, other))).to.deep.equal(['Page', 'Tool0Output2']);
    const $defs = { page: file(), leaf: file() };
    const defined = closed({ a: { $ref: '#/$defs/page' }, b: { $ref: '#/$defs/leaf' } }, { $defs });
    expect(named(results(defined))).to.deep.equal(['Tool0OutputPage', 'Tool0OutputLeaf', 'Leaf']);
    expect(declarationsOf(results(defined))).to.contain('export type Tool0OutputPage = Leaf;\n');
  });

  it('are two where arguments and results are written differently', () => {
    const list = closed({ tags: { type: 'array', items: text }, url: text, mime: text });
    const tools = [
      toolWith('tool_0', { inputSchema: closed({ a: list, b: list }), outputSchema: closed({ a: list, b: list }) }),
    ];
    expect(named(tools)).to.deep.equal(['A', 'A2']);
    expect(declarationsOf(tools)).to.contain(': readonly string[];').and.contain(': string[];');
  });

  it('may be the whole result of a tool, and then it is that', () => {
    expect(declarationsOf(results(file(), closed({ cover: file() })))).to.contain('export type Tool0Output = Cover;\n');
    expect(named(results(file(), file()))).to.deep.equal([]);
  });

  it('stay where they are when they are small, or part of a larger one that has a name', () => {
    const small = closed({ at: { type: 'number' } });
    expect(named(results(closed({ a: small, b: small })))).to.deep.equal([]);
    const large = closed({ file: file(), at: small });
    const declared = declarationsOf(results(closed({ a: large, b: large })));
    expect(declared.match(/^export type A = /gm)).to.have.length(1);
    expect(declared).not.to.contain('type File');
  });

  it('have the same names whatever else is in the catalogue or in which order', () => {
    fc.assert(
      fc.property(fc.array(schemaAndValue, { minLength: 1, maxLength: 3 }), (pairs) => {
        const asset = file({ title: 'Asset' });
        const others = pairs.map(({ schema }, at) => toolWith(`t${at}`, { outputSchema: schema as JsonObject }));
        const tools = [...others, ...results(closed({ cover: asset, film: asset }))];
        expect(declarationsOf(tools)).to.contain('  cover?: Asset;\n  film?: Asset;\n');
        expect(declarationsOf(tools.reverse())).to.equal(declarationsOf(tools));
      }),
      { numRuns: 50 },
    );
  });
});
