import { expect } from 'chai';
import { play } from '../../../benchmarks/balance/play.ts';
import {
  ADAPTIVE,
  AFFINE,
  LEAST_CONNECTIONS,
  OURS,
  type Policy,
  ROUND_ROBIN,
  TEXTBOOK,
} from '../../../benchmarks/balance/policies.ts';
import type { Traffic } from '../../../benchmarks/balance/scenarios.ts';
import { type Figures, figures } from '../../../benchmarks/balance/tally.ts';
import type { Kind, Trouble } from '../../../benchmarks/balance/trouble.ts';

/** Calls are counted from 5 s to 65 s; trouble comes at 15 s and goes at 45 s. */
const SPAN = { warmUpMs: 5_000, measuredMs: 60_000 };
const SEED = 11;
const TEN: Traffic = { workers: 10, rate: 200, troubles: [] };
const MIXED: readonly Trouble[] = [
  { workers: [0], kind: 'slow' },
  { workers: [1], kind: { fails: 0.2 } },
];

function passing(kind: Kind, workers?: readonly number[]): Traffic {
  return { ...TEN, troubles: [{ kind, from: 15_000, to: 45_000, ...(workers && { workers }) }] };
}

async function played(policy: Policy, traffic: Traffic): Promise<Figures> {
  return figures([await play(policy, traffic, SPAN, SEED)]);
}

describe('Fleets in trouble, simulated with the real dispatcher', () => {
  it('pass the same way every time', async () => {
    const traffic = { ...TEN, troubles: MIXED };
    expect(await play(OURS, traffic, SPAN, SEED)).to.deep.equal(await play(OURS, traffic, SPAN, SEED));
  });

  it('one slow and one failing a fifth: adaptive alone has a tenth of the errors of taking turns, the whole nearly none', async () => {
    const traffic = { ...TEN, troubles: MIXED };
    const turns = await played(ROUND_ROBIN, traffic);
    const fewest = await played(LEAST_CONNECTIONS, traffic);
    const adaptive = await played(ADAPTIVE, traffic);
    const whole = await played(OURS, traffic);
    expect(turns.errors).to.be.above(8);
    expect(adaptive.errors).to.be.below(1.5);
    expect(adaptive.p99).to.be.below(Math.min(750, fewest.p99));
    expect(whole.errors).to.be.below(0.05);
    expect(whole.attemptsPerCall).to.be.below(1.03);
  });

  for (const kind of ['crash', 'fail-fast'] as const) {
    it(`${kind}, and only calls tell: fewest connections run to the broken worker, the whole loses no call`, async () => {
      const traffic = passing(kind, [0]);
      const turns = await played(ROUND_ROBIN, traffic);
      expect((await played(LEAST_CONNECTIONS, traffic)).errors).to.be.above(turns.errors);
      expect((await played(ADAPTIVE, traffic)).errors).to.be.below(0.4);
      expect((await played(OURS, traffic)).errors).to.equal(0);
    });
  }

  it('a crash whose socket closes: nothing is lost, and hardly anything is sent twice', async () => {
    const { errors, attemptsPerCall } = await played(OURS, { ...passing('crash', [0]), signals: true });
    expect(errors).to.equal(0);
    expect(attemptsPerCall).to.be.below(1.01);
  });

  it('hang: a worker that never answers holds few calls', async () => {
    const traffic = passing('hang', [0]);
    expect((await played(ROUND_ROBIN, traffic)).errors).to.be.above(3);
    expect((await played(ADAPTIVE, traffic)).errors).to.be.below(0.3);
    expect((await played(OURS, traffic)).errors).to.be.below(0.2);
  });

  it('brown-out: nobody gets half or one and a half of a fair share, and better than without a guard, where a textbook breaker is worse', async () => {
    const traffic = passing({ fails: 0.5 });
    const turns = await played(ROUND_ROBIN, traffic);
    expect((await played(OURS, traffic)).errors).to.be.below(turns.errors);
    expect((await played(TEXTBOOK, traffic)).errors).to.be.above(turns.errors);
    const { attempts } = await play(ADAPTIVE, traffic, SPAN, SEED);
    const all = attempts.reduce((total, ofWorker) => total + ofWorker, 0);
    for (const ofWorker of attempts) expect(ofWorker / all).to.be.within(0.05, 0.15);
  });

  it('three workers, one slow and one failing a fifth: the good one is not drowned', async () => {
    const traffic = { workers: 3, rate: 45, troubles: MIXED };
    expect((await played(ROUND_ROBIN, traffic)).errors).to.be.above(20);
    expect((await played(ADAPTIVE, traffic)).errors).to.be.below(10);
    expect((await played(OURS, traffic)).errors).to.be.below(0.2);
  });

  it('everybody down: no storm of attempts', async () => {
    const traffic: Traffic = { ...TEN, troubles: [{ kind: 'crash', from: SPAN.warmUpMs }] };
    const { errors, attemptsPerCall } = await played(OURS, traffic);
    expect(errors).to.equal(100);
    expect(attemptsPerCall).to.be.within(1, 1.2);
  });

  it('keys: affinity finds the key where it was, nine times in ten', async () => {
    const traffic: Traffic = { ...TEN, keys: { count: 1_000, remembered: 200 } };
    const turns = await played(ROUND_ROBIN, traffic);
    const affine = await played(AFFINE, traffic);
    expect(turns.hitRate).to.be.below(67);
    expect(affine.hitRate).to.be.above(88);
    expect(affine.p99).to.be.below(turns.p99);
  });
});
