import type { Json, JsonObject, ToolInfo } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { declarationsOf } from '../../src/types/declarations.ts';
import { schemaAndValue } from './schema-and-value.ts';
import { toolWith } from './tool-with.ts';

/** What is declared for one schema, as a result unless it is said to be arguments. */
const declared = (schema: Json, side: 'Input' | 'Output' = 'Output'): string => {
  const key = side === 'Input' ? 'inputSchema' : 'outputSchema';
  const text = declarationsOf([toolWith('t', { [key]: schema as JsonObject })]);
  const from = text.indexOf(`export type T${side} = `) + `export type T${side} = `.length;
  const until = text.indexOf('\n\nexport type TOutput', from);
  return text.slice(from, until < 0 ? undefined : until).replace(/;\n$|;$/, '');
};

/** Members of an object, one a line. */
const members = (properties: JsonObject, more: JsonObject = {}, side?: 'Input' | 'Output'): string =>
  declared({ type: 'object', properties, additionalProperties: false, ...more }, side);

describe('declarationsOf', () => {
  const types: [schema: Json, type: string][] = [
    [{}, 'unknown'],
    [true as unknown as Json, 'unknown'],
    [{ description: 'Whatever' }, 'unknown'],
    [{ type: 'integer', minimum: 1 }, 'number'],
    [{ type: ['string', 'null'] }, 'string | null'],
    [{ type: 'string', nullable: true }, 'string | null'],
    [{ nullable: true, anyOf: [{ type: 'string' }] }, 'string | null'],
    [{ enum: ['a', 1, null, true, 'a'] }, '"a" | 1 | null | true'],
    [{ type: 'string', enum: ['a', 1] }, '"a"'],
    [{ const: { a: [1] } }, '{\n  a: [1];\n}'],
    [{ const: {} }, '{ [name: string]: never }'],
    [{ enum: [] }, 'never'],
    [{ type: 'object' }, '{ [name: string]: unknown }'],
    [{ type: 'object', additionalProperties: { type: 'number' } }, '{ [name: string]: number }'],
    [{ type: 'object', additionalProperties: false }, '{ [name: string]: never }'],
    [{ type: 'array' }, 'unknown[]'],
    [{ type: 'array', items: { type: ['string', 'null'] } }, '(string | null)[]'],
    [{ type: 'array', items: false }, 'never[]'],
    [{ type: 'array', prefixItems: [{ type: 'string' }, true], minItems: 1, items: false }, '[string, unknown?]'],
    [{ type: 'array', prefixItems: [{ type: 'string' }], items: { type: 'null' } }, '[string?, ...null[]]'],
    [{ type: 'array', items: [{ type: 'string' }], additionalItems: false, minItems: 1 }, '[string]'],
    [{ type: 'array', prefixItems: [true], minItems: 3, maxItems: 2 }, 'never'],
    [{ anyOf: [{ type: 'string' }, { type: 'number' }] }, 'string | number'],
    [{ oneOf: [{ type: 'string' }, {}] }, 'unknown'],
    [{ type: ['string', 'number'], anyOf: [{ type: 'string' }, { type: 'boolean' }] }, 'string'],
    [{ allOf: [{ type: 'string' }, { minLength: 1 }] }, 'string'],
    [{ type: 'string', allOf: [{ type: 'number' }] }, 'never'],
    [{ not: { type: 'string' }, if: {}, unheardOf: 1 }, 'unknown'],
    [{ type: 'strange' }, 'never'],
    [
      { properties: { a: { type: 'string' } } },
      '{\n  a?: string;\n  [name: string]: unknown;\n} | unknown[] | string | number | boolean | null',
    ],
    [{ $ref: '#/$defs/none' }, 'unknown'],
    [{ $ref: 'https://elsewhere.example/schema.json' }, 'unknown'],
    [{ $ref: '#' }, 'unknown'],
    [
      {
        $defs: { a: { $ref: '#/$defs/b' }, b: { anyOf: [{ $ref: '#/$defs/a' }, { type: 'null' }] } },
        $ref: '#/$defs/a',
      },
      'unknown',
    ],
    [{ $defs: { a: { type: 'string' }, b: { $id: 'b', type: 'null' } }, $ref: '#/$defs/a' }, 'unknown'],
  ];
  for (const [schema, type] of types) {
    it(`writes ${JSON.stringify(schema)} as ${type.replace(/\s+/g, ' ')}`, () => {
      expect(declared(schema)).to.equal(type);
    });
  }

  it('lets callers leave out what has a default, and give arrays they do not change', () => {
    const properties = { a: { type: 'array', items: { type: 'number' }, default: [1] }, b: { type: 'string' } };
    const required = ['a', 'b'];
    expect(members(properties, { required }, 'Input'))
      .to.contain('  b: string;\n')
      .and.contain('  a?: readonly number[];\n');
    expect(members(properties, { required })).to.contain('  a: number[];\n  b: string;\n');
  });

  it('takes arguments for an object, whatever their schema says', () => {
    expect(declared({}, 'Input')).to.equal('{ [name: string]: unknown }');
    expect(declared({ properties: { a: true } }, 'Input')).to.equal('{\n  a?: unknown;\n  [name: string]: unknown;\n}');
    const bare = { ...toolWith('t'), inputSchema: undefined, outputSchema: undefined } as unknown as ToolInfo;
    expect(declarationsOf([bare]))
      .to.contain('TInput = { [name: string]: unknown };')
      .and.contain('TOutput = unknown;');
  });

  it('writes what must be there first, and each by its name', () => {
    const properties = { z: true, a: true, m: true, 'x-y': true, '1': true };
    expect(members(properties, { required: ['z', 'other'] }).match(/^ +(\S+?)\??:/gm)).to.deep.equal([
      '  other:',
      '  z:',
      '  "1"?:',
      '  a?:',
      '  m?:',
      '  "x-y"?:',
    ]);
  });

  it('widens the rest of an object by its members, and by what patterns allow', () => {
    expect(
      declared({ type: 'object', properties: { a: { type: 'string' } }, additionalProperties: { type: 'number' } }),
    ).to.contain('[name: string]: number | string | undefined;');
    expect(
      declared({
        type: 'object',
        properties: { a: { type: 'object', required: ['b'] } },
        additionalProperties: { type: 'number' },
      }),
    ).to.contain('[name: string]: unknown;');
    expect(members({}, { patternProperties: { '^x-': { type: 'null' } } })).to.equal('{ [name: string]: null }');
  });

  it('demands one of several members of a closed object without opening it', () => {
    expect(
      members({ a: { type: 'string' }, b: { type: 'number' } }, { anyOf: [{ required: ['a'] }, { required: ['b'] }] }),
    ).to.equal('{\n  a?: string;\n  b?: number;\n} & ({\n  a: unknown;\n} | {\n  b: unknown;\n})');
  });

  it('names what is referred to, and follows it into itself', () => {
    const schema = {
      $id: 'https://callsheet.example/tree',
      definitions: {
        'a/b': { type: 'string' },
        tree: { type: 'object', properties: { of: { items: { $ref: '#/definitions/tree' } } } },
      },
      type: 'object',
      properties: {
        tree: { $ref: 'https://callsheet.example/tree#/definitions/tree' },
        text: { $ref: '#/definitions/a~1b' },
        zagain: { $ref: '#/properties/tree' },
        whole: { $ref: '#' },
        escaped: { $ref: '#/definitions/%61~1b', description: 'Twice' },
        not: { $ref: '#/definitions/%' },
      },
    };
    const text = declarationsOf([toolWith('t', { outputSchema: schema })]);
    expect(text)
      .to.contain('  tree?: TOutputTree;\n')
      .and.contain('  text?: TOutputAB;\n')
      .and.contain('  zagain?: TOutputTree2;\n')
      .and.contain('  whole?: TOutput;\n')
      .and.contain('  /** Twice */\n  escaped?: TOutputAB;\n')
      .and.contain('  not?: unknown;\n')
      .and.contain('export type TOutputTree2 = TOutputTree;\n')
      .and.contain('export type TOutputAB = string;\n');
    expect(text.match(/export type \w+/g)).to.deep.equal([...new Set(text.match(/export type \w+/g))]);
  });

  it('gives every type a name of its own', () => {
    const definition = { $defs: { x: { type: 'string' } }, type: 'object', properties: { x: { $ref: '#/$defs/x' } } };
    const names = ['a_b', 'aB', 'a.b', 'a', '', '1', '日本', 'aInput', 'a_input_x', 'tools', '__proto__'];
    const text = declarationsOf(
      names.map((name) => toolWith(name, { inputSchema: definition, outputSchema: definition })),
    );
    const given = text.match(/^export (type|interface) \w+/gm) ?? [];
    expect(given).to.have.length(1 + names.length * 4);
    expect(new Set(given).size).to.equal(given.length);
  });

  it('says in comments what types cannot: bounds, formats, defaults, what is out of use', () => {
    const text = members({
      count: { type: 'integer', minimum: 1, maximum: 10, default: 3, description: 'How many' },
      ratio: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1, multipleOf: 0.5 },
      when: { type: 'string', format: 'date-time', minLength: 1, maxLength: 1 },
      list: { type: 'array', minItems: 1, uniqueItems: true, deprecated: true, title: 'Things' },
      exact: { type: 'string', minLength: 2, maxLength: 2 },
      maybe: { anyOf: [{ type: 'integer', minimum: 0, maximum: 9 }, { type: 'null' }], default: null },
      listed: { type: 'integer', enum: [1, 2], minimum: 1 },
      low: { type: 'number', maximum: -1 },
      long: { description: 'x'.repeat(100), pattern: '^a$', type: 'string' },
      map: { type: 'object', minProperties: 0, maxProperties: 2 },
    });
    for (const part of [
      '  /**\n   * How many. Whole number, from 1 to 10.\n   * @default 3\n   */\n  count?: number;',
      '  /** More than 0 and less than 1, a multiple of 0.5. */\n  ratio?: number;',
      '  /** 1 character, format date-time. */\n  when?: string;',
      '  /**\n   * Things. At least 1 item, no two alike.\n   * @deprecated\n   */\n  list?: unknown[];',
      '  /** 2 characters. */\n',
      '  /**\n   * Whole number, from 0 to 9.\n   * @default null\n   */\n  maybe?: number | null;',
      '\n  listed?: 1 | 2;',
      '  /** At most -1. */\n',
      `  /**\n   * ${'x'.repeat(100)}\n   * Pattern ^a$.\n   */\n`,
      '  /** At most 2 members. */\n',
    ])
      expect(text).to.contain(part);
    const tool = toolWith('t', {
      title: 'Do',
      description: 'Does it\r\nwell',
      execution: 'job',
      inputSchema: { deprecated: true },
    });
    expect(declarationsOf([tool])).to.contain(
      '  /**\n   * Do\n   *\n   * Does it\n   * well\n   *\n   * Runs as a job: submit() it for this output; a call answers the handle of the job, unless it waits.\n   * @deprecated\n   */\n  t: { input: TInput; output: TOutput; job: true };\n',
    );
  });

  it('breaks a long list of values into lines', () => {
    const values = Array.from({ length: 30 }, (_, at) => `value ${at}`);
    const others = [...values.slice(0, -1), 'other'];
    expect(members({ v: { enum: values }, w: { type: 'array', items: { enum: others } } }))
      .to.contain('  v?:\n    | "value 0"\n    | "value 1"\n')
      .and.contain('  w?: (\n    | "value 0"\n')
      .and.contain('    | "other")[];\n');
  });

  it('is the same text for the same catalogue, whatever the order of tools and members', () => {
    const turned = (value: Json): Json => {
      if (Array.isArray(value)) return value.map(turned);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([name, each]) => [name, turned(each)]),
      );
    };
    fc.assert(
      fc.property(fc.array(schemaAndValue, { minLength: 1, maxLength: 3 }), (pairs) => {
        const tools = pairs.map(({ schema }, at) =>
          toolWith(`tool_${at}`, { inputSchema: schema as JsonObject, outputSchema: schema as JsonObject }),
        );
        const others = tools.map((tool) => turned(tool as unknown as Json) as unknown as ToolInfo).reverse();
        expect(declarationsOf(others)).to.equal(declarationsOf(tools));
      }),
      { numRuns: 50 },
    );
  });

  it('has a hash of what it was made from, also of what types cannot say', () => {
    const hash = (schema: JsonObject): string =>
      /sha256:\w{64}/.exec(declarationsOf([toolWith('t', { outputSchema: schema })]))?.[0] ?? '';
    expect(hash({ not: {} }))
      .to.match(/^sha256/)
      .and.not.equal(hash({}));
    expect(hash({})).to.equal(hash({}));
    expect(declarationsOf([], { command: 'callsheet types --tools a' })).to.match(
      /with: callsheet types --tools a --out <this file>\n\nexport interface Tools \{\n\}\n$/,
    );
  });
});
