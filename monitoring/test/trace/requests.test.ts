import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { callOf, end, request, run, tell } from '../observe/told.ts';
import { CALLER, SAMPLED, TRACE, tracing, UNSAMPLED } from './tracing.ts';

const refused = (): CallError => new CallError('TOOL_FAILED', 'A sentence with "an argument" in it');
const traced = (traceparent: string, tracestate?: string) => ({
  params: { name: 'speak', arguments: { text: 'private' }, _meta: { traceparent, ...(tracestate && { tracestate }) } },
});

describe('spans of requests', () => {
  const open = tracing();

  it('are not made for what nobody wants recorded', () => {
    const { spans, tracer } = open();
    const ping = request();
    run(ping);
    const quiet = callOf('speak', traced(UNSAMPLED));
    run(quiet);
    expect([ping.traceparent, quiet.traceparent, spans]).to.deep.equal([undefined, undefined, []]);
    expect(tracer.counts().recorded).to.equal(0);
  });

  it('say which tool it was, from when to when, and by what road', () => {
    const { spans, clock } = open({ sampleRatio: 1 });
    const call = callOf('speak', { startedAt: clock.monotonic() });
    run(call, { tookMs: 40.5, workMs: 30 });
    expect(spans).to.have.length(1);
    const [span] = spans;
    expect(call.traceparent).to.equal(`00-${span?.traceId}-${span?.spanId}-01`);
    expect(span).to.deep.include({
      name: 'tools/call speak',
      kind: 'server',
      parentSpanId: undefined,
      startMs: clock.now(),
      endMs: clock.now() + 40.5,
      status: 'unset',
      attributes: {
        'mcp.method.name': 'tools/call',
        'mcp.session.id': 's1',
        'callsheet.request.id': 'r1',
        'callsheet.transport': 'websocket',
        'network.protocol.name': 'websocket',
        'network.transport': 'tcp',
        'gen_ai.tool.name': 'speak',
        'gen_ai.operation.name': 'execute_tool',
        'callsheet.work_ms': 30,
      },
    });
  });

  it('join the trace of the caller', () => {
    const { spans } = open();
    const call = callOf('speak', traced(SAMPLED, 'rojo=1'));
    run(call);
    expect(spans[0]).to.include({ traceId: TRACE, parentSpanId: CALLER, tracestate: 'rojo=1' });
    expect(spans[0]?.spanId).to.not.equal(CALLER);
    expect(call.traceparent).to.equal(`00-${TRACE}-${spans[0]?.spanId}-01`);
  });

  it('begin anew where the trace of the caller cannot be read', () => {
    const { spans } = open({ sampleRatio: 1 });
    run(callOf('speak', traced(SAMPLED.toUpperCase())));
    expect(spans[0]?.parentSpanId).to.equal(undefined);
    expect(spans[0]?.traceId).to.not.equal(TRACE);
  });

  it('are made afterwards of what failed, and whoever hears of the end later finds the trace', () => {
    const { spans } = open();
    const call = callOf('speak', traced(UNSAMPLED));
    run(call, { error: refused() });
    expect(spans[0]).to.include({ traceId: TRACE, parentSpanId: CALLER, status: 'error', name: 'tools/call speak' });
    expect(spans[0]?.attributes).to.include({ 'error.type': 'TOOL_FAILED', 'rpc.response.status_code': '5021' });
    expect(call.traceparent).to.equal(`00-${TRACE}-${spans[0]?.spanId}-01`);
  });

  it('are made afterwards of what was slow, and not of what was just in time', () => {
    const { spans } = open({ slowMs: 200 });
    run(request(), { tookMs: 200 });
    expect(spans).to.have.length(0);
    run(request(), { tookMs: 201 });
    expect(spans).to.have.length(1);
    expect(spans[0]?.status).to.equal('unset');
  });

  it('are made afterwards of so many a second: a flood is counted and left', () => {
    const { spans, tracer, clock } = open({ keptPerSecond: 3 });
    for (let n = 0; n < 10; n++) run(request(), { error: refused() });
    expect(spans).to.have.length(3);
    expect(tracer.counts()).to.include({ recorded: 3, passed: 7 });
    clock.advance(1_000);
    run(request(), { error: refused() });
    expect(spans).to.have.length(4);
  });

  it('name no method and no tool that somebody made up', () => {
    const { spans } = open({ sampleRatio: 1 });
    run(request({ method: '/etc/passwd?x=1' }), { error: new CallError('METHOD_NOT_FOUND') });
    run(callOf('no_such_tool'), { error: new CallError('TOOL_NOT_FOUND') });
    run(callOf('<script>'), { error: new CallError('INVALID_PARAMS') });
    run(request({ method: 'tools/call', params: [1] }), { error: new CallError('INVALID_PARAMS') });
    run(request({ method: 'jobs/submit', params: { name: 'create_video' } }));
    expect(spans.map(({ name }) => name)).to.deep.equal([
      '_OTHER',
      'tools/call',
      'tools/call',
      'tools/call',
      'jobs/submit create_video',
    ]);
  });

  it('hold no arguments, no principal and no words of errors', () => {
    const { spans } = open();
    run(callOf('speak', traced(SAMPLED)), { error: refused() });
    const text = JSON.stringify(spans);
    for (const secret of ['private', 'an argument', 'ada']) expect(text).to.not.contain(secret);
  });

  it('tell the parts of the road where they were marked', () => {
    const { spans } = open({ sampleRatio: 1 });
    run(callOf('speak', { marks: { parsed: 1_001, checked: 1_003, sent: 1_004, answered: 0 } }));
    expect(spans[0]?.attributes).to.include({
      'callsheet.parsed_ms': 1,
      'callsheet.checked_ms': 3,
      'callsheet.sent_ms': 4,
    });
    expect(spans[0]?.attributes).to.not.have.property('callsheet.answered_ms');
  });

  it('say nothing of a network where there was none', () => {
    const { spans } = open({ sampleRatio: 1 });
    run(request({ transport: 'internal' }));
    expect(spans[0]?.attributes).to.not.have.any.keys('network.protocol.name', 'network.transport');
  });

  it('keep to one clock however the other one ticks, unless it was set', () => {
    const { spans, clock } = open({ sampleRatio: 1 });
    const began = clock.now();
    const wall = { offset: 0 };
    const now = clock.now.bind(clock);
    clock.now = () => now() + wall.offset;
    for (const offset of [0, 49, -49, 3_600_000]) {
      wall.offset = offset;
      run(request({ startedAt: 10 }));
    }
    expect(spans.map(({ startMs }) => startMs - began)).to.deep.equal([10, 10, 10, 3_600_010]);
  });

  it('are given up for whoever never says that a request ended', () => {
    const { tracer, spans } = open({ sampleRatio: 1 });
    const first = request();
    tell('requestStart', first);
    for (let n = 0; n < 20_000; n++) tell('requestStart', request());
    expect(tracer.counts().lost).to.equal(1);
    end(first);
    expect(spans).to.deep.equal([]);
  });

  it('end with the tracer', async () => {
    const { tracer, spans } = open({ sampleRatio: 1 });
    await tracer.close();
    run(request());
    expect(spans).to.deep.equal([]);
  });
});
