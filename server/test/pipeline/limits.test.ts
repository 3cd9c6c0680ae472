import { expect } from 'chai';
import { CallLimiter } from '../../src/limits/call-limiter.ts';
import { compose } from '../../src/pipeline/layer.ts';
import { limitRate } from '../../src/pipeline/limit-rate.ts';
import { matches } from '../../src/policy/pattern.ts';
import { FakeClock } from '../fake-clock.ts';
import { refusal, toolCall } from './tool-call.ts';

describe('the layer limitRate', () => {
  it('lets a caller call as often as it may, and says when again; what tools call is not counted', async () => {
    const clock = new FakeClock();
    const rules = { principal: { calls: 1, windowMs: 1_000, burst: 1 } };
    const run = compose([limitRate(new CallLimiter({ rules, matches }))], async () => 'ran');
    expect([await run(toolCall()), await run(toolCall())]).to.deep.equal(['ran', 'ran']);
    expect(await refusal(run(toolCall()))).to.include({ name: 'RATE_LIMITED', retryable: true });
    expect(await run(toolCall({ nested: true }))).to.equal('ran');
    expect(await run(toolCall({ principal: { id: 'bob', role: 'user', scopes: [] } }))).to.equal('ran');
    clock.advance(1_000);
    expect(await run(toolCall({ now: clock.monotonic() }))).to.equal('ran');
  });
});
