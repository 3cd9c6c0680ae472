import { expect } from 'chai';
import { observing } from './observing.ts';
import { callOf, request, run } from './told.ts';

describe('time of the gateway itself', () => {
  const observe = observing();
  const METRIC = 'mcp_gateway_overhead_seconds';

  it('is what workers did not have', () => {
    const seen = observe();
    run(callOf('a'), { tookMs: 12, workMs: 10 });
    expect(seen.sum(METRIC, 'total')).to.be.closeTo(0.002, 1e-9);
  });

  it('is all of a request that waits for nobody', () => {
    const seen = observe();
    run(request({ method: 'tools/list' }), { tookMs: 2 });
    expect(seen.sum(METRIC, 'total')).to.be.closeTo(0.002, 1e-9);
  });

  it('is not known of a call that waited for somebody else, e.g. for the first under its key', () => {
    const seen = observe();
    run(callOf('a'), { tookMs: 5000 });
    run(request({ method: 'work/call' }), { tookMs: 5000 });
    expect(seen.value(METRIC, 'total')).to.equal(0);
  });

  it('is never below nothing', () => {
    const seen = observe();
    run(callOf('a'), { tookMs: 5, workMs: 6 });
    expect(seen.value(METRIC, 'total')).to.equal(1);
    expect(seen.sum(METRIC, 'total')).to.equal(0);
  });

  it('falls into parts for a request with marks', () => {
    const seen = observe();
    run(callOf('a', { marks: { parsed: 1001, checked: 1003, sent: 1006, answered: 1016 } }), {
      tookMs: 20,
      workMs: 10,
    });
    const parts = ['parse', 'validate', 'route', 'serialize'].map((phase) => seen.sum(METRIC, phase) ?? -1);
    for (const [nth, seconds] of [0.001, 0.002, 0.003, 0.004].entries())
      expect(parts[nth]).to.be.closeTo(seconds, 1e-9);
  });

  it('has no parts a request never came to', () => {
    const seen = observe();
    run(callOf('a', { marks: { parsed: 1001, checked: 0, sent: 0, answered: 0 } }), { tookMs: 20 });
    const counts = ['parse', 'validate', 'route', 'serialize'].map((phase) => seen.value(METRIC, phase));
    expect(counts).to.deep.equal([1, 0, 0, 0]);
  });
});
