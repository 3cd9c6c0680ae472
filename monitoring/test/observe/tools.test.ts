import { CallError, type ErrorName, type JobObservation } from '@callsheet/protocol';
import { expect } from 'chai';
import { observing, withTools } from './observing.ts';
import { callOf, request, run, tell } from './told.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const JOB = { jobId: 'j1', tool: 'film', principalId: 'ada', parent: undefined };
const ended = (facts: Partial<Extract<JobObservation, { type: 'ended' }>> = {}): JobObservation => ({
  ...JOB,
  type: 'ended',
  outcome: 'completed',
  durationMs: 60_000,
  error: undefined,
  ...facts,
});

describe('counting calls of tools', () => {
  const observe = observing();
  const CALLS = 'mcp_tools_calls_total';
  const DURATION = 'mcp_tools_duration_seconds';

  it('counts one that is answered well', () => {
    const seen = observe(withTools({ draw: 'call' }));
    run(callOf('draw'), { tookMs: 300 });
    expect(seen.value(CALLS, 'draw', 'success')).to.equal(1);
    expect(seen.sum(DURATION, 'draw')).to.equal(0.3);
  });

  it('counts a call a tool makes as well', () => {
    const seen = observe(withTools({ draw: 'call' }));
    run(callOf('draw', { transport: 'internal' }));
    expect(seen.value(CALLS, 'draw', 'success')).to.equal(1);
  });

  for (const [error, status, counts] of [
    ['TOOL_FAILED', 'error', 1],
    ['UPSTREAM_ERROR', 'error', 1],
    ['UNAVAILABLE', 'error', 1],
    ['DEADLINE_EXCEEDED', 'timeout', 1],
    ['CANCELLED', 'cancelled', 1],
    ['INVALID_PARAMS', 'refused', 0],
    ['OVERLOADED', 'refused', 0],
  ] as const satisfies readonly (readonly [ErrorName, string, number])[]) {
    it(`counts one that ends with ${error} as ${status}${counts === 0 ? ', which has no duration' : ''}`, () => {
      const seen = observe(withTools({ draw: 'call' }));
      run(callOf('draw'), { error: new CallError(error) });
      expect(seen.value(CALLS, 'draw', status)).to.equal(1);
      expect(seen.value(CALLS, 'draw', 'success')).to.equal(0);
      expect(seen.value(DURATION, 'draw')).to.equal(counts);
    });
  }

  it('keeps the series of 200 tools that nobody offers any more, those that left last', () => {
    const offered = new Map<string, { readonly execution: 'call' }>();
    let now = 0;
    const seen = observe({ tools: () => offered }, { now: () => now });
    for (let nth = 0; nth < 300; nth++) {
      now = nth;
      offered.clear();
      offered.set(`tool_${nth}`, { execution: 'call' });
      run(callOf(`tool_${nth}`));
      seen.size(DURATION);
    }
    expect(seen.size(DURATION), 'those, the one there is, and other').to.equal(202);
    expect(seen.value(CALLS, 'tool_99', 'success')).to.equal(1);
    expect(seen.value(CALLS, 'tool_98', 'success')).to.equal(undefined);
  });

  it('gives a tool that came when every place was taken one as soon as there is', () => {
    const offered = new Map<string, { readonly execution: 'call' }>();
    for (let nth = 0; nth < 600; nth++) offered.set(`junk_${nth}`, { execution: 'call' });
    const seen = observe({ tools: () => offered });
    seen.size(DURATION);
    offered.set('honest', { execution: 'call' });
    run(callOf('honest'));
    expect(seen.value(CALLS, 'honest', 'success')).to.equal(undefined);
    for (const name of [...offered.keys()]) if (name !== 'honest') offered.delete(name);
    for (let look = 0; look < 2; look++) seen.size(DURATION);
    run(callOf('honest'));
    expect(seen.value(CALLS, 'honest', 'success')).to.equal(1);
    expect(seen.value(DURATION, 'honest')).to.equal(1);
  });

  it('calls every tool there is not other, whatever stands for its name', () => {
    const seen = observe(withTools({ draw: 'call' }));
    for (const name of ['nothing', '__proto__', '']) run(callOf(name), { error: new CallError('TOOL_NOT_FOUND') });
    for (const params of [{ name: 7 }, ['draw'], {}]) run(request({ method: 'tools/call', params }));
    run({ ...request({ method: 'tools/call' }), params: undefined });
    expect(seen.value(CALLS, 'other', 'refused')).to.equal(3);
    expect(seen.value(CALLS, 'other', 'success')).to.equal(4);
    expect(seen.size(DURATION)).to.equal(2);
  });

  it('knows no tool where nobody tells which there are', () => {
    const seen = observe();
    run(callOf('draw'));
    expect(seen.value(CALLS, 'other', 'success')).to.equal(1);
  });

  it('shows every tool at 0 from the first reading', () => {
    const seen = observe({ ...withTools({ draw: 'call', film: 'job' }), active: () => new Map() });
    for (const tool of ['draw', 'film']) {
      for (const status of ['success', 'error', 'timeout', 'cancelled', 'refused']) {
        expect(seen.value(CALLS, tool, status), status).to.equal(0);
      }
      expect(seen.value(DURATION, tool)).to.equal(0);
      expect(seen.value('mcp_tools_active', tool)).to.equal(0);
    }
  });

  it('counts a call that became a job when the job ends, not when its id is answered', () => {
    const seen = observe(withTools({ film: 'job' }));
    run(callOf('film'), { tookMs: 2 });
    expect(seen.value(CALLS, 'film', 'success')).to.equal(0);
    tell('job', ended());
    expect(seen.value(CALLS, 'film', 'success')).to.equal(1);
    expect(seen.sum(DURATION, 'film')).to.equal(60);
  });

  it('counts how jobs end', () => {
    const seen = observe(withTools({ film: 'job' }));
    tell('job', ended({ outcome: 'failed', error: 'TOOL_FAILED' }));
    tell('job', ended({ outcome: 'failed', error: 'DEADLINE_EXCEEDED' }));
    tell('job', ended({ outcome: 'canceled', error: 'CANCELLED' }));
    for (const status of ['error', 'timeout', 'cancelled'])
      expect(seen.value(CALLS, 'film', status), status).to.equal(1);
  });

  it('counts a job that is refused, and once only one whose caller waited until it failed', () => {
    const seen = observe(withTools({ film: 'job' }));
    run(callOf('film'), { error: new CallError('TOO_MANY_IN_FLIGHT') });
    run(callOf('film'), { error: new CallError('TOOL_FAILED') });
    tell('job', ended({ outcome: 'failed', error: 'TOOL_FAILED' }));
    expect(seen.value(CALLS, 'film', 'refused')).to.equal(1);
    expect(seen.value(CALLS, 'film', 'error')).to.equal(1);
  });

  it('reads what workers have, jobs as well, and knows no other tools by it', () => {
    let active = new Map([
      ['draw', 2],
      ['film', 1],
      ['gone', 7],
    ]);
    const seen = observe({ ...withTools({ draw: 'call', film: 'job' }), active: () => active });
    expect(seen.value('mcp_tools_active', 'draw')).to.equal(2);
    expect(seen.value('mcp_tools_active', 'film')).to.equal(1);
    expect(seen.size('mcp_tools_active')).to.equal(2);
    active = new Map();
    expect(seen.value('mcp_tools_active', 'draw')).to.equal(0);
  });

  it('notices that a tool became one whose calls are jobs', () => {
    let execution: 'call' | 'job' = 'call';
    const seen = observe({ tools: () => new Map([['draw', { execution }]]) });
    run(callOf('draw'));
    execution = 'job';
    expect(seen.value(CALLS, 'draw', 'success')).to.equal(1);
    run(callOf('draw'));
    expect(seen.value(CALLS, 'draw', 'success')).to.equal(1);
  });

  it('keeps a tool whose worker is away for less than a day, and lets go of it then', () => {
    let now = 0;
    let tools: ReadonlyMap<string, { readonly execution: 'call' }> = new Map([['draw', { execution: 'call' }]]);
    const seen = observe({ tools: () => tools }, { now: () => now });
    run(callOf('draw'));
    const all = tools;
    tools = new Map();
    expect(seen.value(CALLS, 'draw', 'success')).to.equal(1);
    now = DAY_MS - 1;
    expect(seen.value(CALLS, 'draw', 'success')).to.equal(1);
    tools = all;
    expect(seen.value(CALLS, 'draw', 'success')).to.equal(1);
    tools = new Map();
    now += DAY_MS - 1;
    expect(seen.value(CALLS, 'draw', 'success')).to.equal(1);
    now += DAY_MS;
    expect(seen.value(CALLS, 'draw', 'success')).to.equal(undefined);
    expect(seen.value(DURATION, 'draw')).to.equal(undefined);
    tools = all;
    run(callOf('draw'));
    expect(seen.value(CALLS, 'draw', 'success')).to.equal(1);
  });
});
