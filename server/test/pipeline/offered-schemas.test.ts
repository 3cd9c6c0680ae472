import type { JsonSchema } from '@callsheet/protocol';
import { expect } from 'chai';
import { OfferedSchemas } from '../../src/pipeline/schemas.ts';

const META = 'https://json-schema.org/draft/2020-12/schema';
const DRAFT_07 = 'http://json-schema.org/draft-07/schema#';

const named = (count: number, name: string): JsonSchema =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`${name}${at}`, { type: 'string' }]));

describe('schemas of strangers', () => {
  const names = [META, DRAFT_07, 'https://json-schema.org/draft/2020-12/meta/core', '__proto__', 'constructor', 'a'];
  for (const $id of names) {
    it(`leave the compiler to the others as it was, also one that calls itself ${$id}`, () => {
      const schemas = new OfferedSchemas();
      const bring = (schema: JsonSchema): void => {
        try {
          schemas.compile(schema, 'a');
        } catch {
          // Refused or not: what matters is what comes after it.
        }
      };
      bring({ $id, type: 'object' });
      bring({ $id, type: 'string', $defs: { a: { $anchor: 'a' }, b: { $id: 'https://example.org/b' } } });
      bring({ $id, type: 'number', $defs: { a: { $anchor: 'a', title: 'another' } } });
      for (const $schema of [META, DRAFT_07]) {
        const check = schemas.compile({ $schema, type: 'object', required: ['a'] }, 'b');
        expect(() => check({})).to.throw("must have required property 'a'");
      }
      for (const $ref of ['https://example.org/b', 'a', '#a', 'type']) {
        expect(() => schemas.compile({ $ref }, 'c'), $ref).to.throw("can't resolve reference");
      }
    });
  }

  it('are checked at once, also when they claim to take their time', () => {
    const schemas = new OfferedSchemas();
    const check = schemas.compile({ $async: true, required: ['a'] }, 'a');
    expect(() => check({})).to.throw("must have required property 'a'");
    expect(() => schemas.compile({ $ref: '#/$defs/a', $defs: { a: { $async: true } } }, 'b')).to.throw('async schema');
  });

  it('are not written out once for every mention of a definition', () => {
    const schemas = new OfferedSchemas();
    const mentions = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`m${at}`, { $ref: '#/$defs/large' }]));
    // Written out these are 90,000 properties, which takes a minute.
    const check = schemas.compile({ $defs: { large: { properties: named(300, 'p') } }, properties: mentions }, 'a');
    expect(() => check({ m299: { p299: 1 } })).to.throw('at "/m299/p299"');
  });

  it('are remembered within a bound of characters, and counted when they are not', () => {
    const schemas = new OfferedSchemas();
    const schema = (name: string): JsonSchema => ({ title: name.repeat(1_000_000) });
    const cost = (compiled: JsonSchema): number => {
      const before = schemas.charactersCompiled;
      schemas.compile(compiled, 'a');
      return schemas.charactersCompiled - before;
    };
    expect(cost(schema('a'))).to.be.above(1_000_000);
    expect(cost(schema('a')), 'known').to.equal(0);
    for (const name of ['b', 'c', 'd', 'e', 'f']) cost(schema(name));
    expect(cost(schema('f')), 'still known').to.equal(0);
    expect(cost(schema('a')), 'forgotten').to.be.above(1_000_000);
  });
});
