import { expect } from 'chai';
import fc from 'fast-check';
import { didYouMean, distance, nearest } from '../../src/config/suggest.ts';

describe('distance between words', () => {
  it('counts insertions, deletions, substitutions and swaps', () => {
    const known: readonly (readonly [string, string, number])[] = [
      ['port', 'port', 0],
      ['prot', 'port', 1],
      ['por', 'port', 1],
      ['ports', 'port', 1],
      ['fort', 'port', 1],
      ['', 'port', 4],
      ['kitten', 'sitting', 3],
      ['ca', 'abc', 3],
    ];
    for (const [a, b, steps] of known) expect(distance(a, b), `${a} ${b}`).to.equal(steps);
  });

  it('is the same both ways, zero only for equal words, and at most the longer length', () => {
    const word = fc.string({ maxLength: 8, unit: fc.constantFrom('a', 'b', 'c') });
    fc.assert(
      fc.property(word, word, (a, b) => {
        const steps = distance(a, b);
        expect(steps).to.equal(distance(b, a));
        expect(steps === 0).to.equal(a === b);
        expect(steps).to.be.at.most(Math.max(a.length, b.length));
      }),
    );
  });
});

describe('nearest', () => {
  it('finds what was meant, and nothing where nothing is near', () => {
    const names = ['host', 'port', 'data_dir', 'max_connections'];
    expect(nearest('prot', names)).to.equal('port');
    expect(nearest('max_conections', names)).to.equal('max_connections');
    expect(nearest('max-conections', names)).to.equal('max_connections');
    expect(nearest('banana', names)).to.equal(undefined);
    expect(nearest('', names)).to.equal(undefined);
    expect([didYouMean('port'), didYouMean(undefined)]).to.deep.equal(['; did you mean port?', '']);
  });
});
