import { expect } from 'chai';
import { play, type Scenario, type Trouble } from './scenario.ts';

/** Ten workers at half load, three gateways; trouble comes at 20 s and goes at 50 s. */
const TEN = { seed: 11, workers: 10, rate: 200, seconds: 80 };
const first =
  (trouble: Trouble): Scenario['trouble'] =>
  (number, second) =>
    number === 0 && second >= 20 && second < 50 ? trouble : undefined;
const MIXED: Scenario = {
  ...TEN,
  trouble: (number) => [undefined, 'slow', { flaky: 0.2 }][number] as Trouble | undefined,
};

describe('balancing in troubled fleets', () => {
  it('mixed fleet, one five times slower and one failing a fifth: adaptive has a tenth of the errors of taking turns', () => {
    const [turns, fewest, adaptive] = ['round-robin', 'least-connections', 'adaptive'].map((name) => play(name, MIXED));
    expect(turns?.errors).to.be.above(8);
    expect(adaptive?.errors).to.be.below(1.5);
    expect(adaptive?.p99).to.be.below(750);
    expect(adaptive?.p99).to.be.below(fewest?.p99 ?? 0);
  });

  for (const trouble of ['crash', 'fail-fast'] as const) {
    it(`${trouble}: fewest connections run to the broken worker, adaptive stays away`, () => {
      const scenario = { ...TEN, trouble: first(trouble) };
      const [turns, fewest, adaptive] = ['round-robin', 'least-connections', 'adaptive'].map((name) =>
        play(name, scenario),
      );
      expect(fewest?.errors).to.be.above(turns?.errors ?? 0);
      expect(adaptive?.errors).to.be.below(0.4);
    });
  }

  it('hang: a worker that never answers holds few calls', () => {
    const scenario = { ...TEN, trouble: first('hang') };
    expect(play('adaptive', scenario).errors).to.be.below(0.3);
    expect(play('round-robin', scenario).errors).to.be.above(3);
  });

  it('brown-out, all fail half: no worse than taking turns', () => {
    const scenario: Scenario = {
      ...TEN,
      trouble: (_, second) => (second >= 20 && second < 50 ? { flaky: 0.5 } : undefined),
    };
    const [turns, adaptive] = ['round-robin', 'adaptive'].map((name) => play(name, scenario));
    expect(adaptive?.errors).to.be.within(17, 20.5);
    expect(adaptive?.errors).to.be.below((turns?.errors ?? 0) + 1);
    for (const calls of adaptive?.perWorker ?? []) {
      expect(calls / (adaptive?.calls ?? 1)).to.be.within(0.07, 0.13);
    }
  });

  it('three workers, one slow and one failing a fifth: the good one is not drowned', () => {
    const scenario: Scenario = { ...MIXED, workers: 3, rate: 50, trouble: (number) => MIXED.trouble?.(number, 0) };
    const [turns, adaptive] = ['round-robin', 'adaptive'].map((name) => play(name, scenario));
    expect(turns?.errors).to.be.above(20);
    expect(adaptive?.errors).to.be.below(10);
  });

  it('keys: affinity finds the key where it was, nine times in ten', () => {
    const scenario = { ...TEN, keys: { count: 1_000, remembered: 200 } };
    const [turns, affinity] = ['round-robin', 'affinity'].map((name) => play(name, scenario));
    expect(turns?.hits).to.be.below(67);
    expect(affinity?.hits).to.be.above(88);
    expect(affinity?.p99).to.be.below(turns?.p99 ?? 0);
  });
});
