import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { attempt, callOf, end, request, run, tell } from '../observe/told.ts';
import { SAMPLED, TRACE, tracing } from './tracing.ts';

const failed = (): { error: CallError } => ({ error: new CallError('TOOL_FAILED') });

describe('traces that are kept', () => {
  const open = tracing();

  it('are those with something slow or failed, and no others', () => {
    const { tracer } = open({ sampleRatio: 1, slowMs: 100 });
    run(callOf('good'));
    run(callOf('slow'), { tookMs: 101 });
    run(callOf('bad'), failed());
    expect(tracer.list().map(({ name }) => name)).to.deep.equal(['tools/call bad', 'tools/call slow']);
  });

  it('are plain JSON, with their spans in the order in which they began', () => {
    const { tracer, clock } = open();
    const call = callOf('speak', { params: { name: 'speak', _meta: { traceparent: SAMPLED } }, startedAt: 10 });
    tell('requestStart', call);
    const one = attempt('speak', { parent: call.traceparent, startedAt: 12 });
    tell('attemptStart', one);
    tell('attemptEnd', Object.assign(one, { endedAt: 18, outcome: 'hard', ...failed() }));
    end(call, { tookMs: 10, ...failed() });
    const [trace] = tracer.list();
    expect(JSON.parse(JSON.stringify(trace))).to.deep.equal(trace);
    expect(trace).to.deep.include({
      ...{ traceId: TRACE, name: 'tools/call speak', startMs: clock.now() + 10, durationMs: 10 },
      ...{ tool: 'speak', requestId: 'r1', error: 'TOOL_FAILED', droppedSpans: 0 },
    });
    expect(trace?.spans.map(({ kind, durationMs, status }) => [kind, durationMs, status])).to.deep.equal([
      ['server', 10, 'error'],
      ['client', 6, 'error'],
    ]);
    expect(trace?.spans[1]?.parentSpanId).to.equal(trace?.spans[0]?.spanId);
  });

  it('can be asked for by tool, by trace and by failure, the newest first, so many at a time', () => {
    const { tracer } = open({ sampleRatio: 1, slowMs: 100 });
    for (const tool of ['a', 'b', 'a']) run(callOf(tool), { tookMs: 200 });
    run(callOf('b'), failed());
    const tools = (query: Parameters<typeof tracer.list>[0]) => tracer.list(query).map(({ tool }) => tool);
    expect(tools({})).to.deep.equal(['b', 'a', 'b', 'a']);
    expect(tools({ tool: 'a' })).to.deep.equal(['a', 'a']);
    expect(tools({ errors: true })).to.deep.equal(['b']);
    expect(tools({ limit: 2 })).to.deep.equal(['b', 'a']);
    const [wanted] = tracer.list({ tool: 'a' });
    expect(tracer.list({ traceId: wanted?.traceId ?? '' })).to.deep.equal([wanted]);
    expect(tracer.list({ traceId: 'f'.repeat(32) })).to.deep.equal([]);
  });

  it('are so many and no more, and the oldest go first', () => {
    const { tracer } = open({ sampleRatio: 1, keep: 3 });
    for (let n = 0; n < 10; n++) run(request({ startedAt: n }), failed());
    const kept = tracer.list();
    expect(kept).to.have.length(3);
    expect(kept[0]?.startMs).to.be.greaterThan(kept[2]?.startMs ?? Infinity);
  });

  it('are shown as far as they fit into one message', () => {
    const { tracer } = open({ keep: 500, spansPerTrace: 64, keptPerSecond: 10_000, followedPerSecond: 100_000 });
    for (let trace = 1; trace <= 100; trace++) {
      const traceparent = `00-${trace.toString(16).padStart(32, '0')}-b7ad6b7169203331-01`;
      const params = { name: 'speak', _meta: { traceparent } };
      const first = callOf('speak', { params });
      tell('requestStart', first);
      for (let span = 1; span < 64; span++) run(callOf('speak', { params }));
      end(first, failed());
    }
    const shown = tracer.list({ limit: 500 });
    expect(shown).to.have.length(62);
    expect(shown[0]?.traceId).to.equal((100).toString(16).padStart(32, '0'));
    expect(JSON.stringify(shown).length).to.be.lessThan(2_500_000);
  });

  it('are not washed out by somebody who sends failing requests, each with a trace of its own', () => {
    const { tracer, clock, spans } = open({ keep: 100, keptPerSecond: 10 });
    run(callOf('bad'), failed());
    for (let n = 1; n <= 1_000; n++) {
      const traceparent = `00-${n.toString(16).padStart(32, '0')}-b7ad6b7169203331-01`;
      run(request({ method: 'tools/call', params: { name: 'flood', _meta: { traceparent } } }), failed());
    }
    expect(tracer.list({ limit: 500 })).to.have.length(10);
    expect(tracer.list({ tool: 'bad' })).to.have.length(1);
    expect(spans, 'recorded and sent all the same').to.have.length(1_001);
    clock.advance(1_000);
    run(callOf('bad'), failed());
    expect(tracer.list({ tool: 'bad' })).to.have.length(2);
  });

  it('have so many spans and no more, and say how many were left out', () => {
    const { tracer } = open({ spansPerTrace: 4 });
    const call = callOf('speak', { params: { name: 'speak', _meta: { traceparent: SAMPLED } } });
    tell('requestStart', call);
    end(call, failed());
    for (let n = 0; n < 10; n++) {
      const one = attempt('speak', { parent: call.traceparent });
      tell('attemptStart', one);
      tell('attemptEnd', one);
    }
    expect(tracer.list()[0]?.spans).to.have.length(4);
    expect(tracer.list()[0]?.droppedSpans).to.equal(7);
  });

  it('go on growing: what follows a failed request belongs to it', () => {
    const { tracer } = open();
    const call = callOf('speak', { params: { name: 'speak', _meta: { traceparent: SAMPLED } } });
    run(call, failed());
    const late = attempt('speak', { parent: call.traceparent });
    tell('attemptStart', late);
    tell('attemptEnd', late);
    expect(tracer.list()).to.have.length(1);
    expect(tracer.list()[0]?.spans).to.have.length(2);
  });

  it('hold on to no trace that ended well', () => {
    const { tracer } = open();
    for (const error of [undefined, new CallError('TOOL_FAILED')]) {
      const call = callOf('speak', { params: { name: 'speak', _meta: { traceparent: SAMPLED } } });
      tell('requestStart', call);
      end(call, { ...(error && { error }) });
    }
    expect(tracer.list()[0]?.spans, 'of the failed one alone').to.have.length(1);
  });

  it('are kept of what fails while too many others are under way', () => {
    const { tracer } = open({ sampleRatio: 1 });
    const first = request();
    tell('requestStart', first);
    // One more trace than are gathered at once: that of the first request is given up.
    for (let n = 0; n < 19_999; n++) tell('requestStart', request());
    tell('attemptStart', attempt('speak', { parent: SAMPLED }));
    end(first, failed());
    expect(tracer.list()).to.have.length(1);
  });
});
