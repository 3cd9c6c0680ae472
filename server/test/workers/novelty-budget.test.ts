import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { NoveltyBudget } from '../../src/workers/novelty-budget.ts';
import { FakeClock } from '../fake-clock.ts';

describe('what owners of workers may bring that is new', () => {
  const rig = () => {
    const clock = new FakeClock();
    let spent = 0;
    const budget = new NoveltyBudget({ clock, spent: () => spent });
    const spend = (characters: number): void => {
      spent += characters;
    };
    const bring = (owner: string, characters: number): void => budget.spend(owner, () => spend(characters));
    return { clock, budget, bring, spend };
  };

  it('is taken once, however large, and paid off before more of it is taken', () => {
    const { clock, bring } = rig();
    bring('mallory', 4 * 1_048_576);
    expect(() => bring('mallory', 1))
      .to.throw(CallError, 'wait')
      .with.property('errorName', 'RATE_LIMITED');
    clock.advance(127_000);
    expect(() => bring('mallory', 1)).to.throw(CallError);
    clock.advance(2_000);
    expect(() => bring('mallory', 1)).to.not.throw();
  });

  it('costs nobody else anything, and nothing when it is known', () => {
    const { bring } = rig();
    bring('mallory', 4 * 1_048_576);
    for (let worker = 0; worker < 5_000; worker++) bring('fleet', 0);
    expect(() => bring('fleet', 1)).to.not.throw();
  });

  it('costs the same when it is refused after all', () => {
    const { budget, spend } = rig();
    const bring = (): void =>
      budget.spend('mallory', () => {
        spend(4 * 1_048_576);
        throw new Error('no schema');
      });
    expect(bring).to.throw('no schema');
    expect(bring).to.throw(CallError, 'Cannot take more new tools');
  });
});
