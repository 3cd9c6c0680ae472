import { expect } from 'chai';
import { Tally } from '../../src/limits/tally.ts';

describe('tally', () => {
  it('counts by key, and forgets a key that has none left', () => {
    const tally = new Tally();
    tally.add('a');
    tally.add('a');
    tally.add('b');
    expect([tally.count('a'), tally.count('b'), tally.count('c'), tally.size]).to.deep.equal([2, 1, 0, 2]);
    tally.remove('a');
    tally.remove('b');
    expect([tally.count('a'), tally.count('b'), tally.size]).to.deep.equal([1, 0, 1]);
  });

  it('counts never below none', () => {
    const tally = new Tally();
    tally.remove('a');
    tally.add('a');
    expect([tally.count('a'), tally.size]).to.deep.equal([1, 1]);
  });
});
