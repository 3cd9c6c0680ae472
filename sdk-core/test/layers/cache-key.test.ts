import { expect } from 'chai';
import fc from 'fast-check';
import type { CallOptions } from '../../src/call-options.ts';
import { cacheKey, keyPrefix } from '../../src/layers/cache-key.ts';
import { annotations, Caller } from './fake-wire.ts';

function key(args: unknown, options: CallOptions<never> = {}, partition = 'p', tool = 'speak'): string {
  const params = { name: tool, arguments: args } as never;
  return cacheKey(partition, { method: 'tools/call', tool, params, options, notes: new Caller().notes });
}

/** The same value with the members of every object in another order. */
function permuted(value: unknown, turn: number): unknown {
  if (Array.isArray(value)) return value.map((member) => permuted(member, turn));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, member]) => [name, permuted(member, turn)] as const);
  const cut = entries.length === 0 ? 0 : turn % entries.length;
  return Object.fromEntries([...entries.slice(cut), ...entries.slice(0, cut)].reverse());
}

const args = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 6 });

describe('the key of an answer', () => {
  it('is the same for the same arguments in whatever order', () => {
    fc.assert(
      fc.property(args, fc.nat(5), (value, turn) => {
        expect(key(permuted(value, turn))).to.equal(key(value));
      }),
    );
  });

  it('differs whenever what is sent differs', () => {
    fc.assert(
      fc.property(args, args, (one, other) => {
        const same = JSON.stringify(permuted(sorted(one), 0)) === JSON.stringify(permuted(sorted(other), 0));
        expect(key(one) === key(other)).to.equal(same);
      }),
    );
  });

  it('differs by partition, tool, project, route and further members of _meta', () => {
    const keys = [
      key({ a: 1 }),
      key({ a: 1 }, {}, 'q'),
      key({ a: 1 }, {}, 'p', 'sing'),
      key({ a: 1 }, { project: 'p' }),
      key({ a: 1 }, { route: { zone: 'p' } }),
      key({ a: 1 }, { meta: { zone: 'p' } }),
    ];
    expect(new Set(keys).size).to.equal(keys.length);
    expect(key({ a: 1 }, { timeoutMs: 5, priority: 'high' })).to.equal(keys[0]);
  });

  it('differs when the catalogue says something else of the tool', () => {
    const call = { method: 'tools/call', tool: 'speak', params: {}, options: {}, notes: new Caller().notes };
    const version = annotations(5);
    expect(cacheKey('p', call, version)).to.equal(cacheKey('p', call, { ...version }));
    expect(cacheKey('p', call, version)).not.to.equal(cacheKey('p', call, annotations(6)));
  });

  it('begins with its partition and tool, and no other name is a beginning of it', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (partition, tool, otherPartition, otherTool) => {
        const made = key({}, {}, partition, tool);
        expect(made.startsWith(keyPrefix(partition))).to.equal(true);
        expect(made.startsWith(keyPrefix(otherPartition, otherTool))).to.equal(
          partition === otherPartition && tool === otherTool,
        );
      }),
    );
  });

  it('reads values as the message does', () => {
    const at = new Date(0);
    expect(key({ at, left: undefined })).to.equal(key({ at: at.toJSON() }));
    expect(key({ at })).not.to.equal(key({ at: new Date(1) }));
    expect(key(JSON.parse('{"__proto__":1,"b":2}'))).not.to.equal(key({ b: 2 }));
  });

  it('is none for what cannot be sent', () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    expect(key(circle)).to.equal('');
  });
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}
