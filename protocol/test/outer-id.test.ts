import { expect } from 'chai';
import fc from 'fast-check';
import { outerId } from '../src/outer-id.ts';

describe('outerId', () => {
  it('finds the id of a message wherever it stands', () => {
    const members = fc.dictionary(
      fc.string().filter((name) => name !== 'id' && name !== '__proto__'),
      fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constant('id'), fc.constant({ id: 'inner' })),
    );
    const ids = fc.oneof(fc.string(), fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true }));
    fc.assert(
      fc.property(members, ids, members, fc.constantFrom('', ' ', '\n\t'), (before, id, after, blank) => {
        const inside = (object: object): string[] => {
          const text = JSON.stringify(object).slice(1, -1);
          return text === '' ? [] : [text];
        };
        const own = `"id"${blank}:${blank}${JSON.stringify(id)}`;
        const text = `${blank}{${[...inside(before), own, ...inside(after)].join(`${blank},${blank}`)}}`;
        expect(outerId(text)).to.equal((JSON.parse(text) as { id: unknown }).id);
      }),
    );
  });

  it('needs nothing that comes after the id', () => {
    expect(outerId(`{"id":"a","params":${'['.repeat(100_000)}`)).to.equal('a');
    expect(outerId(`{"params":[[{"id":1}]],"id":2,"x":"unfinished`)).to.equal(2);
  });

  for (const text of [
    '',
    '1',
    '[{"id":1}]',
    '{"params":{"id":1}}',
    '{"method":"id"}',
    '{"method":"id","x":1}',
    '{"id":{"id":1}}',
    '{"id":[1]}',
    '{"id":true}',
    '{"id":"unfinished',
    '{"id":"bad \\x escape"}',
    '{"id":1.2.3}',
    '{"id"',
  ]) {
    it(`finds none in ${text || 'nothing'}`, () => {
      expect(outerId(text)).to.equal(undefined);
    });
  }
});
