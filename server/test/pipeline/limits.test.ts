import { expect } from 'chai';
import { CallLimiter } from '../../src/limits/call-limiter.ts';
import { compose, type ToolCall } from '../../src/pipeline/layer.ts';
import { limitJobs } from '../../src/pipeline/limit-jobs.ts';
import { limitRate } from '../../src/pipeline/limit-rate.ts';
import { matches } from '../../src/policy/pattern.ts';
import { FakeClock } from '../fake-clock.ts';
import { policyOf } from '../policy/policy-of.ts';
import { refusal, tool, toolCall } from './tool-call.ts';

describe('the layer limitRate', () => {
  it('lets a caller call as often as it may, and says when again; what tools call is not counted', async () => {
    const clock = new FakeClock();
    const rules = { principal: { calls: 1, windowMs: 1_000, burst: 1 } };
    const run = compose([limitRate(new CallLimiter({ rules, matches }), clock)], async () => 'ran');
    expect([await run(toolCall()), await run(toolCall())]).to.deep.equal(['ran', 'ran']);
    expect(await refusal(run(toolCall()))).to.include({ name: 'RATE_LIMITED', retryable: true });
    expect(await run(toolCall({ nested: true }))).to.equal('ran');
    expect(await run(toolCall({ principal: { id: 'bob', role: 'user', scopes: [] } }))).to.equal('ran');
    clock.advance(1_000);
    expect(await run(toolCall())).to.equal('ran');
  });
});

describe('the layer limitJobs', () => {
  const policy = policyOf({ admin: { allow: ['*'], deny: [] } });
  policy.replace({ ...policy.rules, limits: new Map([['admin', { jobs: 2 }]]) });
  let unfinished = 0;
  const run = (call: ToolCall) => compose([limitJobs(policy, () => unfinished)], async () => 'ran')(call);

  it('holds a role to its unfinished jobs, however they are begun, and plain calls not at all', async () => {
    unfinished = 1;
    expect(await run(toolCall({ mode: 'submit' }))).to.equal('ran');
    unfinished = 2;
    expect(await refusal(run(toolCall({ mode: 'submit' })))).to.include({
      name: 'TOO_MANY_IN_FLIGHT',
      retryable: true,
    });
    const asked = await refusal(run(toolCall({ tool: tool({ execution: 'job' }) })));
    expect(asked.message).to.equal(
      'Cannot start another job: the role "admin" may have 2 unfinished; wait for one to end or cancel it',
    );
    expect(await run(toolCall())).to.equal('ran');
    expect(await run(toolCall({ mode: 'submit', principal: { id: 'x', role: 'user', scopes: [] } }))).to.equal('ran');
  });
});
