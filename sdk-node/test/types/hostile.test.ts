import type { Json, JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { declarationsOf } from '../../src/types/declarations.ts';
import { compile } from './compile.ts';
import { toolWith } from './tool-with.ts';

const KEYWORDS = [
  ...[
    'type',
    'enum',
    'const',
    'properties',
    'required',
    'additionalProperties',
    'patternProperties',
    'items',
    'prefixItems',
  ],
  ...[
    'minItems',
    'maxItems',
    'anyOf',
    'oneOf',
    'allOf',
    '$ref',
    '$defs',
    '$id',
    'nullable',
    'default',
    'title',
    'description',
  ],
  ...['format', 'pattern', 'minimum', 'maxLength', 'additionalItems', 'multipleOf', 'not'],
];
const JUNK = [
  '#',
  '#/$defs/a',
  '#/items',
  '#/properties/a/anyOf/0',
  'object',
  'array',
  'null',
  '*/',
  '\u2028',
  '\ud800',
  'a',
];

/** Anything in the place of anything. */
const junk = fc.letrec<{ schema: Json; value: Json }>((tie) => ({
  schema: fc.dictionary(fc.constantFrom(...KEYWORDS), tie('value'), { maxKeys: 4 }).map((each) => ({ ...each })),
  value: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.constantFrom<Json>(...JUNK, null, true, false, 0, -1, 1.5, 1e300),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('schema'),
    fc
      .dictionary(fc.constantFrom('a', 'b', '__proto__', 'x y', '*/'), tie('schema'), { maxKeys: 2 })
      .map((each) => ({ ...each })),
  ),
})).schema;

const unions = (count: number, width: number): JsonObject => ({
  allOf: Array.from({ length: count }, (_, at) => ({
    anyOf: Array.from({ length: width }, (_, of) => ({ type: 'object', required: [`m${at}_${of}`] })),
  })),
});
const nested = (depth: number): JsonObject =>
  depth === 0
    ? { type: 'string' }
    : {
        type: 'object',
        properties: { of: nested(depth - 1), more: { items: { $ref: '#' } } },
        additionalProperties: { type: 'string' },
      };

const HOSTILE: readonly JsonObject[] = [
  { description: '*/ export const injected = 1; /*' },
  { properties: { '*/': { default: '*/', pattern: '[*/]', format: '*/\n*/' } } },
  { enum: ['"; injected', '\u2028', '\u202e', '\ud800', '` $ { injected } `', '\\'] },
  {
    properties: Object.fromEntries([
      ['__proto__', { type: 'string' }],
      ['constructor', { type: 'null' }],
      ['\u202ex', {}],
      ['a\nb', {}],
    ]),
  },
  unions(12, 12),
  {
    $defs: { u: unions(2, 30), w: { allOf: [{ $ref: '#/$defs/u' }, { $ref: '#/$defs/u', title: 'x' }] } },
    allOf: [{ $ref: '#/$defs/w' }, { $ref: '#/$defs/u' }, unions(2, 30)],
  },
  { allOf: Array.from({ length: 40 }, (_, at) => ({ properties: { [`p${at}`]: {} } })) },
  { enum: Array.from({ length: 5_000 }, (_, at) => `v${at}`) },
  nested(60),
  {
    $defs: { a: { allOf: [{ $ref: '#/$defs/b' }] }, b: { oneOf: [{ $ref: '#/$defs/a' }] } },
    anyOf: [{ $ref: '#/$defs/b' }, { items: { $ref: '#/$defs/a' } }],
  },
  {
    $defs: {
      list: { type: 'array', items: { $ref: '#/$defs/list' } },
      pair: { prefixItems: [{ $ref: '#/$defs/pair' }], items: false },
    },
    properties: { l: { $ref: '#/$defs/list' }, p: { $ref: '#/$defs/pair' } },
  },
];

describe('declarationsOf, of catalogues of strangers', function () {
  this.timeout(120_000);

  it('compiles whatever stands in them', () => {
    const seed = Date.now() & 0x7fffffff;
    const schemas = [...HOSTILE, ...fc.sample(junk, { numRuns: 150, seed })] as JsonObject[];
    const names = ['*/', '"', 'a\nb', '__proto__', 'constructor', '\u202e', '\ud800', 'a-b', 'a_b', ''];
    const tools = schemas.map((schema, at) =>
      toolWith(names[at] ?? `tool_${at}`, {
        inputSchema: schema,
        outputSchema: schema,
        title: '*/',
        description: '*/\u2029/*\r*/ @deprecated',
      }),
    );
    const text = declarationsOf(tools);
    const faults = compile({ 'tools.d.ts': text });
    const line = Number(/tools\.d\.ts\((\d+)/.exec(faults[0] ?? '')?.[1]);
    expect(faults, `seed ${seed}: ${text.split('\n')[line - 1]?.slice(0, 300)}`).to.deep.equal([]);
    expect(compile({ 'tools.d.ts': text }, false), 'for a program that is less strict').to.deep.equal([]);
    // Nothing in it is another character once it is a file, or turns the line of an editor around.
    expect(Buffer.from(text).toString()).to.equal(text);
    expect(text).not.to.match(/[^\P{Cc}\n]|[\u2028-\u202e\u2066-\u2069]/u);
    expect(text).not.to.match(/^\s*\*? ?@deprecated$/m);
  });

  it('stays in proportion to the schema', () => {
    expect(declarationsOf([toolWith('t', { outputSchema: nested(60) })]).length).to.be.lessThan(60_000);
    const doubling = Object.fromEntries(
      Array.from({ length: 60 }, (_, at) => [
        `d${at}`,
        { anyOf: [{ $ref: `#/$defs/d${at + 1}` }, { items: { $ref: `#/$defs/d${at + 1}` } }] },
      ]),
    );
    expect(
      declarationsOf([toolWith('t', { outputSchema: { $defs: doubling, $ref: '#/$defs/d0' } })]).length,
    ).to.be.lessThan(60_000);
  });
});
