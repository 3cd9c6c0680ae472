import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { observing } from './observing.ts';
import { callOf, request, run } from './told.ts';

describe('counting why requests fail', () => {
  const observe = observing();

  it('counts what a role does not allow by role', () => {
    const seen = observe();
    const principal = { id: 'eve', role: 'viewer', scopes: [] };
    run(callOf('a', { principal }), { error: new CallError('TOOL_DENIED') });
    run(request({ principal }), { error: new CallError('FORBIDDEN') });
    run({ ...request(), principal: undefined }, { error: new CallError('FORBIDDEN') });
    run(request({ principal }), { error: new CallError('PATH_NOT_ALLOWED') });
    expect(seen.value('mcp_rbac_denied_total', 'viewer')).to.equal(2);
    expect(seen.value('mcp_rbac_denied_total', 'none')).to.equal(1);
  });

  for (const [limit, scope] of [
    ['global', 'global'],
    ['shared', 'tool'],
    ['tool', 'tool'],
    ['principal', 'key'],
    ['credentials', 'credentials'],
    ['connection', 'connection'],
    ['toString', 'other'],
  ] as const) {
    it(`counts what came too often for the limit "${limit}" as ${scope}`, () => {
      const seen = observe();
      run(callOf('a'), { error: new CallError('RATE_LIMITED', 'Too often', { details: { limit } }) });
      expect(seen.value('mcp_ratelimit_rejected_total', scope)).to.equal(1);
    });
  }

  it('counts what came too often where nobody says for which limit', () => {
    const seen = observe();
    run(callOf('a'), { error: new CallError('RATE_LIMITED') });
    run(callOf('a'), { error: new CallError('RATE_LIMITED', 'Too often', { details: 'much' }) });
    expect(seen.value('mcp_ratelimit_rejected_total', 'other')).to.equal(2);
  });

  it('counts what was given up by reason', () => {
    const seen = observe();
    const lost = new CallError('CANCELLED', 'Gone', { details: { reason: 'disconnect' } });
    const odd = new CallError('CANCELLED', 'Gone', { details: { reason: 'full moon' } });
    for (const error of [new CallError('CANCELLED'), lost, odd]) run(callOf('a'), { error });
    run(callOf('a'), { error: new CallError('DEADLINE_EXCEEDED') });
    run(callOf('a'), { error: new CallError('DRAINING'), workMs: 5 });
    run(callOf('a'), { error: new CallError('DRAINING') });
    const reasons = ['client', 'timeout', 'disconnect', 'shutdown'];
    const counts = reasons.map((reason) => seen.value('mcp_operations_cancelled_total', 'tools/call', reason));
    expect(counts).to.deep.equal([2, 1, 1, 1]);
  });
});
