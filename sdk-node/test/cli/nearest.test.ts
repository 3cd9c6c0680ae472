import { expect } from 'chai';
import fc from 'fast-check';
import { editDistance, nearest } from '../../src/cli/nearest.ts';

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });

describe('the nearest name', () => {
  it('is one that a slip explains', () => {
    const names = ['params-json', 'out', 'wait', 'detach'];
    for (const [name, meant] of [
      ['param-json', 'params-json'],
      ['params_json', 'params-json'],
      ['wiat', 'wait'],
      ['detached', 'detach'],
      ['loud', undefined],
      ['', undefined],
    ]) {
      expect(nearest(name ?? '', names)).to.equal(meant);
    }
    expect(nearest('a', [])).to.equal(undefined);
  });

  it('has a distance that is 0 to itself, the same both ways, and at most the longer length', () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        const distance = editDistance(a, b);
        expect(editDistance(b, a)).to.equal(distance);
        expect(distance === 0).to.equal(a === b);
        expect(distance).to.be.within(Math.abs(a.length - b.length), Math.max(a.length, b.length));
      }),
    );
  });

  it('counts one for a character more, less, other, or swapped with the next', () => {
    for (const other of ['abcd', 'ab', 'abx', 'acb']) expect(editDistance('abc', other)).to.equal(1);
  });
});
