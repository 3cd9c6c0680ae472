import { expect } from 'chai';
import fc from 'fast-check';
import { WeightedDraw } from '../../src/balance/weighted-draw.ts';
import { seeded, worker } from './fleet.ts';

describe('weighted draw', () => {
  it('draws each number with the probability of its weight', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 12 }),
        fc.nat(),
        (weights, seed) => {
          const numbers = new WeightedDraw(seeded(seed));
          numbers.fill(weights.map((weight, i) => worker(`w${i}`, { weight })));
          const drawn = weights.map(() => 0);
          for (let i = 0; i < 4_000; i++) {
            const number = numbers.draw();
            drawn[number] = (drawn[number] ?? 0) + 1;
          }
          const all = weights.reduce((sum, weight) => sum + weight, 0);
          for (const [number, weight] of weights.entries()) {
            const usual = (4_000 * weight) / all;
            expect(drawn[number]).to.be.within(usual - 5.5 * Math.sqrt(usual) - 4, usual + 5.5 * Math.sqrt(usual) + 4);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('draws another by weight too', () => {
    const numbers = new WeightedDraw(seeded(2));
    numbers.fill([worker('a'), worker('b'), worker('heavy', { weight: 8 })]);
    const heavy = Array.from({ length: 1_000 }, () => numbers.drawOther(0)).filter((number) => number === 2).length;
    expect(heavy).to.be.within(810, 890);
  });

  it('finds another even when one outweighs all', () => {
    const numbers = new WeightedDraw(seeded(1));
    numbers.fill([worker('light'), worker('heavy', { weight: 1_000 }), worker('light too')]);
    const others = new Set(Array.from({ length: 200 }, () => numbers.drawOther(1)));
    expect(others).to.deep.equal(new Set([0, 2]));
  });
});
