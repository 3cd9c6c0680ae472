import { expect } from 'chai';
import fc from 'fast-check';
import { changesIn, type Liveness, livenessOf, type Silence, stateOf, takesCalls } from '../../src/health/state.ts';

const PATIENCE = { suspectAfterMs: 10_000, deadAfterMs: 15_000, graceMs: 3_000 };

const silence: fc.Arbitrary<Silence> = fc.record({
  silentMs: fc.nat(20_000),
  disconnectedMs: fc.option(fc.nat(20_000), { nil: undefined }),
});

function later({ silentMs, disconnectedMs }: Silence, ms: number): Silence {
  return { silentMs: silentMs + ms, disconnectedMs: disconnectedMs === undefined ? undefined : disconnectedMs + ms };
}

describe('the state of a worker', () => {
  it('is what it says while it is heard, and what is not heard when it is not', () => {
    expect((['joining', 'ready', 'draining'] as const).map((phase) => stateOf(phase, 'alive'))).to.deep.equal([
      'joining',
      'ready',
      'draining',
    ]);
    expect([stateOf('draining', 'suspect'), stateOf('ready', 'dead')]).to.deep.equal(['suspect', 'dead']);
  });

  it('lets calls through when it is ready and no probe says otherwise', () => {
    expect([
      takesCalls('ready', 'unknown'),
      takesCalls('ready', 'healthy'),
      takesCalls('ready', 'unhealthy'),
      takesCalls('draining', 'healthy'),
      takesCalls('suspect', 'healthy'),
    ]).to.deep.equal([true, true, false, false, false]);
  });

  it('changes at the documented moments', () => {
    const at = (silentMs: number, disconnectedMs?: number): Liveness =>
      livenessOf({ silentMs, disconnectedMs }, PATIENCE);
    expect([at(9_999), at(10_000), at(14_999), at(15_000)]).to.deep.equal(['alive', 'suspect', 'suspect', 'dead']);
    expect([at(0, 0), at(14_999, 14_999), at(15_000, 15_000)]).to.deep.equal(['suspect', 'suspect', 'dead']);
    expect([at(15_000, 2_999), at(16_000, 3_000)]).to.deep.equal(['suspect', 'dead']);
  });

  it('changes by itself exactly when it was said to, and never back', () => {
    const order: readonly Liveness[] = ['alive', 'suspect', 'dead'];
    fc.assert(
      fc.property(silence, fc.nat(40_000), (now, ms) => {
        const before = livenessOf(now, PATIENCE);
        const next = changesIn(now, PATIENCE);
        const after = livenessOf(later(now, ms), PATIENCE);
        expect(after !== before).to.equal(next !== undefined && ms >= next);
        expect(order.indexOf(after)).to.be.at.least(order.indexOf(before));
      }),
      { numRuns: 2_000 },
    );
  });
});
