import type { JobObservation } from '@callsheet/protocol';
import { expect } from 'chai';
import { attempt, tell } from '../observe/told.ts';
import { CALLER, SAMPLED, TRACE, tracing, UNSAMPLED } from './tracing.ts';

type Step = JobObservation extends infer One
  ? One extends JobObservation
    ? Omit<One, 'jobId' | 'tool' | 'principalId' | 'parent'>
    : never
  : never;

const STARTED = { type: 'started', waitMs: 250, attempt: 1 } as const;
const DONE = { type: 'ended', outcome: 'completed', durationMs: 400, error: undefined } as const;
const FAILED = { type: 'ended', outcome: 'failed', durationMs: 400, error: 'TOOL_FAILED' } as const;

describe('spans of jobs', () => {
  const open = tracing();
  const step = (told: Step, parent: string | undefined = SAMPLED): void =>
    tell('job', { jobId: 'job_1', tool: 'create_video', principalId: 'ada', parent, ...told });

  it('are its runs, in the trace of whoever submitted it, with stages and attempts under them', () => {
    const { spans, clock } = open();
    step({ type: 'submitted' });
    clock.advance(250);
    step(STARTED);
    const began = clock.now();
    const one = attempt('create_video', { jobId: 'job_1', parent: SAMPLED });
    tell('attemptStart', one);
    clock.advance(300);
    step({ type: 'stage', stage: 'script', durationMs: 200 });
    clock.advance(100);
    tell('attemptEnd', Object.assign(one, { endedAt: clock.monotonic(), outcome: 'ok' }));
    step(DONE);
    const [stage, tries, run] = spans;
    expect(run).to.deep.equal({
      ...{ traceId: TRACE, spanId: run?.spanId, parentSpanId: CALLER, tracestate: undefined },
      ...{ name: 'job create_video', kind: 'consumer', startMs: began, endMs: began + 400, status: 'unset' },
      attributes: {
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': 'create_video',
        'callsheet.job.id': 'job_1',
        'callsheet.job.outcome': 'completed',
        'callsheet.attempt': 1,
        'callsheet.job.wait_ms': 250,
      },
    });
    expect(stage).to.include({ parentSpanId: run?.spanId, name: 'stage script', kind: 'internal' });
    expect([stage?.startMs, stage?.endMs]).to.deep.equal([began + 100, began + 300]);
    expect(tries).to.include({ parentSpanId: run?.spanId });
    expect(tries?.attributes).to.include({ 'callsheet.job.id': 'job_1' });
  });

  it('are one for each run: an interruption ends it, and the next one begins anew', () => {
    const { spans } = open();
    step(STARTED);
    step({ type: 'interrupted' });
    step({ ...STARTED, attempt: 2 });
    step(DONE);
    expect(spans.map(({ status, attributes }) => [status, attributes['callsheet.attempt']])).to.deep.equal([
      ['error', 1],
      ['unset', 2],
    ]);
    expect(spans[0]?.attributes).to.include({ 'error.type': 'interrupted', 'callsheet.job.outcome': 'interrupted' });
    expect(new Set(spans.map(({ spanId }) => spanId)).size).to.equal(2);
  });

  it('are lost when a run begins and the one before was never said to end', () => {
    const { spans, tracer } = open();
    step(STARTED);
    step({ ...STARTED, attempt: 2 });
    step(DONE);
    expect(spans).to.have.length(1);
    expect(tracer.counts().lost).to.equal(1);
  });

  it('are made of none whose submitter wanted it not recorded, unless it fails', () => {
    const { spans, clock, tracer } = open({ sampleRatio: 1 });
    step(STARTED, UNSAMPLED);
    step({ type: 'stage', stage: 'script', durationMs: 1 }, UNSAMPLED);
    step(DONE, UNSAMPLED);
    expect(spans).to.deep.equal([]);
    step(FAILED, UNSAMPLED);
    expect(spans[0]).to.include({ parentSpanId: CALLER, status: 'error', startMs: clock.now() - 400 });
    expect(spans[0]?.attributes).to.include({ 'error.type': 'TOOL_FAILED' });
    expect(tracer.list()).to.have.length(1);
  });

  it('are no failures when somebody cancelled it', () => {
    const { spans, tracer } = open();
    step(STARTED);
    step({ ...DONE, outcome: 'canceled' });
    expect(spans[0]?.status).to.equal('unset');
    expect(tracer.list()).to.deep.equal([]);
  });

  it('never hold the words of an error', () => {
    const { spans } = open();
    step({ ...FAILED, error: 'Cannot read "private.txt"' });
    expect(spans[0]?.attributes).to.include({ 'error.type': '_OTHER' });
  });

  it('begin a trace of their own where there is none, by the ratio', () => {
    const { spans } = open({ sampleRatio: 1 });
    step(STARTED, undefined);
    step(DONE, 'nonsense');
    expect(spans).to.have.length(1);
    tell('job', { ...STARTED, jobId: 'job_2', tool: 'x', principalId: 'ada', parent: undefined });
    tell('job', { ...DONE, jobId: 'job_2', tool: 'x', principalId: 'ada', parent: undefined });
    expect(spans[1]).to.include({ parentSpanId: undefined });
  });

  it('are kept afterwards at the same pace as requests', () => {
    const { tracer } = open({ keptPerSecond: 2 });
    for (let n = 0; n < 5; n++) step(FAILED, UNSAMPLED);
    expect(tracer.counts()).to.include({ recorded: 2, passed: 3 });
  });
});
