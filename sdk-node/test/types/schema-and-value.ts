import type { Json, JsonObject } from '@callsheet/protocol';
import fc from 'fast-check';

/** A schema, and a value that it probably lets through; a validator has the last word. */
export interface Pair {
  readonly schema: Json;
  readonly value: Json;
}

type Depth = { readonly left: number };
type Recipe = (depth: Depth) => fc.Arbitrary<Pair>;

/** Also names that a type must put in quotes. */
const NAMES = ['a', 'b', 'kind', 'x-y', '1st', 'class', '__proto', 'a b', '"', "'", '*/', '\\', '', 'é', '@'];
const name = fc.constantFrom(...NAMES);
const scalar = fc.oneof(
  fc.string({ maxLength: 5 }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
);
// Some of fast-check's objects have no prototype, and validators trip over that; JSON has neither that nor −0.
const anything: fc.Arbitrary<Json> = fc
  .oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(scalar, { maxLength: 2 }),
    fc.dictionary(name, scalar, { maxKeys: 2 }),
  )
  .map((value) => JSON.parse(JSON.stringify(value)));

const text: Recipe = () =>
  fc
    .tuple(
      fc.string({ maxLength: 4 }),
      fc.constantFrom<JsonObject>({}, { maxLength: 9 }, { format: 'x*/' }, { pattern: '' }),
    )
    .map(([value, more]) => ({ schema: { type: 'string', ...more }, value }));
const number: Recipe = () =>
  fc.oneof(
    fc.integer().map((value) => ({ schema: { type: 'integer', maximum: 2 ** 40 }, value })),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => ({ schema: { type: 'number' }, value })),
  );
const word: Recipe = () =>
  fc.oneof(
    fc.boolean().map((value) => ({ schema: { type: 'boolean' }, value })),
    fc.constant<Pair>({ schema: { type: 'null' }, value: null }),
    anything.map((value) => ({ schema: { const: value }, value })),
    anything.map((value) => ({ schema: true, value })),
  );
const listed: Recipe = () =>
  fc
    .tuple(fc.array(anything, { minLength: 1, maxLength: 4 }), fc.nat())
    .map(([values, at]) => ({ schema: { enum: values }, value: values[at % values.length] ?? null }));
const several: Recipe = () =>
  fc.tuple(scalar, fc.boolean()).map(([value, nullable]) => ({
    schema: { type: ['string', 'integer', 'number', 'boolean'], ...(nullable && { nullable }) },
    value: nullable ? null : (value ?? 'x'),
  }));

const array: Recipe = (depth) =>
  fc.array(any(depth), { maxLength: 3 }).chain((items) =>
    fc.constantFrom('items', 'tuple', 'open tuple', 'any', 'items and prefix').map((form) => {
      const value = items.map((item) => item.value);
      const schemas = items.map((item) => item.schema);
      const items0 = { anyOf: schemas.length > 0 ? schemas : [true] };
      const type = 'array';
      switch (form) {
        case 'items':
          return { schema: { type, items: items0 }, value };
        case 'tuple':
          return {
            schema: { type, ...(schemas.length > 0 && { prefixItems: schemas }), items: false, minItems: value.length },
            value,
          };
        case 'open tuple':
          return { schema: { ...(schemas.length > 0 && { prefixItems: schemas }) }, value: value.slice(1) };
        case 'items and prefix':
          return {
            schema: { type, prefixItems: [true, { type: ['string', 'number'] }], items: items0, maxItems: 9 },
            value,
          };
        default:
          return { schema: { type, maxItems: 3, uniqueItems: false }, value };
      }
    }),
  );

const object: Recipe = (depth) =>
  fc
    .record({
      members: fc.uniqueArray(
        fc.tuple(name, any(depth), fc.constantFrom('required', 'optional', 'left out', 'default')),
        {
          maxLength: 4,
          selector: ([key]) => key,
        },
      ),
      rest: fc.option(any(depth)),
      form: fc.constantFrom('closed', 'open', 'rest', 'pattern', 'open pattern', 'no type', 'only required'),
    })
    .map(({ members, rest, form }) => {
      const properties: JsonObject = {};
      const value: JsonObject = {};
      const required: string[] = [];
      for (const [key, { schema, value: given }, how] of members) {
        properties[key] = how === 'default' && typeof schema === 'object' ? { ...schema, default: 1 } : schema;
        if (how === 'required') required.push(key);
        if (how !== 'left out') value[key] = given;
      }
      const type = 'object';
      const extra = form === 'closed' || rest === null ? {} : { extra: rest.value };
      const whole = { ...value, ...extra };
      switch (form) {
        case 'closed':
          return { schema: { type, properties, required, additionalProperties: false }, value };
        case 'rest':
          return { schema: { type, properties, required, additionalProperties: rest?.schema ?? true }, value: whole };
        case 'pattern':
          return {
            schema: {
              type,
              properties,
              patternProperties: { '^ex': rest?.schema ?? true },
              additionalProperties: false,
            },
            value: whole,
          };
        case 'open pattern':
          return {
            schema: { type, properties, required, patternProperties: { '^ex': rest?.schema ?? {} } },
            value: whole,
          };
        case 'no type':
          return { schema: { properties, required }, value: whole };
        case 'only required':
          return { schema: { required, minProperties: 0 }, value: whole };
        default:
          return { schema: { type, properties, required }, value: whole };
      }
    });

/** One of several schemas lets the value through, or all do. */
const joined: Recipe = (depth) =>
  fc
    .tuple(any(depth), any(depth), any(depth), fc.constantFrom('anyOf', 'oneOf', 'allOf', 'null', 'within', 'not'))
    .map(([a, b, c, form]) => {
      switch (form) {
        case 'anyOf':
          return { schema: { anyOf: [b.schema, a.schema, c.schema] }, value: a.value };
        case 'oneOf':
          return { schema: { oneOf: [a.schema, { type: 'array', minItems: 99 }] }, value: a.value };
        case 'allOf':
          return {
            schema: { allOf: [a.schema, { not: { const: 'this' } }, { anyOf: [a.schema, b.schema] }] },
            value: a.value,
          };
        case 'null':
          return { schema: { anyOf: [a.schema, { type: 'null' }], default: null }, value: a.value };
        case 'within':
          return {
            schema: {
              ...{ type: 'object', properties: { of: a.schema, or: b.schema }, additionalProperties: false },
              anyOf: [{ required: ['of'] }, { required: ['or'] }],
            },
            value: { of: a.value },
          };
        default:
          return {
            schema: { not: false, if: b.schema, title: 'a*/b', ...(typeof a.schema === 'object' ? a.schema : {}) },
            value: a.value,
          };
      }
    });

function any({ left }: Depth): fc.Arbitrary<Pair> {
  const flat = [text, number, word, listed, several].map((recipe) => recipe({ left: 0 }));
  if (left === 0) return fc.oneof(...flat);
  const deeper = { left: left - 1 };
  return fc.oneof(...flat, ...[array, object, object, joined].map((recipe) => recipe(deeper)));
}

/** Schemas of a tool: with definitions that are referred to from anywhere, and a list that holds itself. */
export const schemaAndValue: fc.Arbitrary<Pair> = fc
  .tuple(any({ left: 3 }), any({ left: 2 }), fc.constantFrom('plain', 'reference', 'beside', 'tree', 'root', 'deep'))
  .map(([a, b, form]) => {
    const $defs = {
      a: a.schema,
      'b/c': b.schema,
      tree: { properties: { next: { $ref: '#/$defs/tree' }, of: { $ref: '#/$defs/a' } } },
    };
    switch (form) {
      case 'reference':
        return { schema: { $defs, $ref: '#/$defs/a' }, value: a.value };
      case 'beside':
        return {
          schema: { $defs, type: 'object', properties: { b: { $ref: '#/$defs/b~1c', description: '@deprecated' } } },
          value: { b: b.value },
        };
      case 'tree':
        return {
          schema: { $defs, allOf: [{ $ref: '#/$defs/tree' }] },
          value: { of: a.value, next: { next: { of: a.value }, more: 1 } },
        };
      case 'root':
        return { schema: { items: { anyOf: [{ $ref: '#' }, a.schema] } }, value: [[], [a.value, []]] };
      case 'deep':
        return {
          schema: { $defs, properties: { list: { items: { $ref: '#/properties/one' } }, one: a.schema } },
          value: { list: [a.value] },
        };
      default:
        return a;
    }
  });
