import { expect } from 'chai';
import fc from 'fast-check';
import { canonicalJson, digest } from '../../src/catalogue/canonical.ts';
import { Definitions, type ToolDraft } from '../../src/catalogue/definitions.ts';
import { offer } from './fleet.ts';

function draft(over: Partial<ToolDraft> = {}): ToolDraft {
  const { schemaHash: _, ...rest } = offer('draw');
  return { ...rest, ...over };
}

function hashOf(over: Partial<ToolDraft>): string | undefined {
  return new Definitions().take([draft(over)])[0]?.schemaHash;
}

describe('definitions', () => {
  it('are one object for equal offers, as long as somebody uses it', () => {
    const definitions = new Definitions();
    const first = definitions.take([draft()]);
    const second = definitions.take([draft()]);
    expect([first[0] === second[0], definitions.size]).to.deep.equal([true, 1]);
    definitions.drop(first);
    expect(definitions.size).to.equal(1);
    definitions.drop(second);
    definitions.drop(second);
    expect(definitions.size).to.equal(0);
  });

  it('are copies, frozen to the bottom: who offered cannot change them', () => {
    const inputSchema = { type: 'object', properties: { a: { enum: ['x'] } } };
    const [tool] = new Definitions().take([draft({ inputSchema })]);
    inputSchema.properties.a.enum.push('y');
    expect(tool?.inputSchema).to.deep.equal({ type: 'object', properties: { a: { enum: ['x'] } } });
    const properties = tool?.inputSchema.properties as { a: { enum: string[] } };
    expect(() => properties.a.enum.push('z')).to.throw(TypeError);
  });

  it('have the same hash when callers can rely on the same, and another when not', () => {
    const usual = hashOf({});
    expect(hashOf({ title: 'Draw!', description: 'new words', category: 'image', version: '9.0.0' })).to.equal(usual);
    expect(hashOf({ annotations: { idempotentHint: false, readOnlyHint: false, timeoutMs: 5 } })).to.equal(usual);
    const others = [
      hashOf({ inputSchema: { type: 'object' } }),
      hashOf({ outputSchema: { type: 'object' } }),
      hashOf({ execution: 'job' }),
      hashOf({ annotations: { idempotentHint: true, readOnlyHint: false, timeoutMs: 1_000 } }),
      hashOf({ annotations: { idempotentHint: false, readOnlyHint: true, timeoutMs: 1_000 } }),
    ];
    expect(new Set([usual, ...others]).size).to.equal(6);
  });

  it('keep members that look like a prototype as members', () => {
    const inputSchema = JSON.parse('{"properties":{"__proto__":{"type":"string"}}}');
    const [tool] = new Definitions().take([draft({ inputSchema })]);
    expect(Object.hasOwn(tool?.inputSchema.properties as object, '__proto__')).to.equal(true);
    expect(hashOf({ inputSchema })).to.not.equal(hashOf({ inputSchema: { properties: {} } }));
  });
});

describe('canonical JSON', () => {
  it('is the same text for equal values, whatever the order of members, and reads back as the value', () => {
    const shuffled = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(shuffled);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([name, member]) => [name, shuffled(member)]),
      );
    };
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(shuffled(value))).to.equal(text);
        expect(JSON.parse(text)).to.deep.equal(JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 500 },
    );
  });

  it('sorts members and not items, and leaves out what is undefined', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'é' }], a: true, x: undefined })).to.equal(
      '{"a":true,"b":[1,{"c":"é","d":null}]}',
    );
  });

  it('is hashed with SHA-256', () => {
    expect(digest('abc')).to.equal('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0');
  });
});
