import type { Json, JsonObject } from '@callsheet/protocol';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import fc from 'fast-check';
import { declarationsOf } from '../../src/types/declarations.ts';
import { compile } from './compile.ts';
import { type Pair, schemaAndValue } from './schema-and-value.ts';
import { toolWith } from './tool-with.ts';

const CASES = 150;

/** What each schema refuses: the compiler must refuse it too. */
const PLANTED: readonly [schema: JsonObject, wrong: Json, right: Json][] = [
  [{ type: 'object', properties: { a: { type: 'string' } }, required: ['a'] }, {}, { a: '' }],
  [{ type: 'object', properties: { a: { type: 'string' } } }, { a: 1 }, { b: 1 }],
  [{ type: 'object', properties: { a: {} }, additionalProperties: false }, { b: 1 }, { a: [null] }],
  [{ type: 'object', additionalProperties: { type: 'number' } }, { a: 'x' }, { a: 1 }],
  [
    { type: 'object', properties: { n: { const: 1 } }, additionalProperties: { type: 'string' } },
    { o: true },
    { n: 1, o: '' },
  ],
  [
    { type: 'object', patternProperties: { '^x': { type: 'null' } }, additionalProperties: false },
    { x: 1 },
    { x: null },
  ],
  [{ type: 'object', additionalProperties: false }, { a: 1 }, {}],
  [{ enum: ['a', 'b', 3] }, 'c', 3],
  [{ const: { a: [1, 'x'] } }, { a: [1, 'y'] }, { a: [1, 'x'] }],
  [{ type: ['string', 'null'] }, 1, null],
  [{ type: 'integer', nullable: true }, '1', null],
  [{ type: 'array', items: { type: 'boolean' } }, [1], [true]],
  [
    { type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }], minItems: 2, items: false },
    ['a'],
    ['a', 1],
  ],
  [{ type: 'array', prefixItems: [{ type: 'string' }], items: false }, ['a', 'b'], []],
  [{ anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] }, [1], ['']],
  [
    {
      allOf: [
        { type: 'object', required: ['a'] },
        { type: 'object', required: ['b'] },
      ],
    },
    { a: 1 },
    { a: 1, b: 1 },
  ],
  [
    {
      $defs: { t: { type: 'object', properties: { of: { items: { $ref: '#/$defs/t' }, type: 'array' } } } },
      $ref: '#/$defs/t',
    },
    { of: [{ of: [1] }] },
    { of: [{ of: [] }] },
  ],
  [
    {
      type: 'object',
      properties: { a: {}, b: {} },
      additionalProperties: false,
      anyOf: [{ required: ['a'] }, { required: ['b'] }],
    },
    {},
    { b: 0 },
  ],
];

/** What a schema lets through although the compiler finds it strange. */
const STRANGE: readonly Pair[] = [
  { schema: { properties: { constructor: { type: 'string' }, toString: { type: 'null' } } }, value: { a: 1 } },
  { schema: { properties: { valueOf: { type: 'number' } }, additionalProperties: false }, value: {} },
  { schema: { required: ['constructor'], additionalProperties: { type: 'string' } }, value: { constructor: 'x' } },
];

describe('declarationsOf, to the compiler', function () {
  this.timeout(120_000);

  it('has a type for whatever a schema lets through, and none for what it refuses', () => {
    const seed = Date.now() & 0x7fffffff;
    const fitting = [...STRANGE, ...fc.sample(schemaAndValue.filter(accepted), { numRuns: CASES, seed })];
    expect(fitting.every(accepted)).to.equal(true);
    const cases = [...fitting, ...PLANTED.map(([schema, , value]) => ({ schema, value }))];
    for (const [schema, wrong, right] of PLANTED) {
      expect([accepted({ schema, value: wrong }), accepted({ schema, value: right })]).to.deep.equal([false, true]);
    }
    const tools = cases.map(({ schema }, at) =>
      toolWith(`tool_${at}`, { inputSchema: schema as JsonObject, outputSchema: schema as JsonObject }),
    );
    const assigned = (value: Json, at: number, refused = ''): string[] =>
      (isObject(value) ? ['output', 'input'] : ['output']).map(
        (side) =>
          `${refused}export const ${side}${at}${refused && 'x'}: Tools['tool_${at}']['${side}'] = ${JSON.stringify(value)};`,
      );
    const refused = '// @ts-expect-error the schema refuses it\n';
    const lines = [
      ...cases.flatMap(({ value }, at) => assigned(value, at)),
      ...PLANTED.flatMap(([, value], at) => assigned(value, fitting.length + at, refused)),
    ];
    const program = ["import type { Tools } from './tools.d.ts';", ...lines].join('\n');
    const faults = compile({ 'tools.d.ts': declarationsOf(tools), 'program.ts': program });
    const line = Number(/program\.ts\((\d+)/.exec(faults[0] ?? '')?.[1]);
    const shown = program.split('\n')[line - 1] ?? '';
    const at = Number(/tool_(\d+)/.exec(shown)?.[1]);
    expect(faults, `seed ${seed}: ${shown}\n${JSON.stringify(cases[at]?.schema)}`).to.deep.equal([]);
  });
});

function isObject(value: Json): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function accepted({ schema, value }: Pair): boolean {
  if (typeof schema !== 'object') return false;
  // As the gateway reads schemas of others.
  const ajv = new Ajv2020({ strict: false, logger: false, validateSchema: true, ownProperties: true });
  return ajv.compile(schema as JsonObject)(value);
}
