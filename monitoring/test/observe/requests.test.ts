import { CallError, METHODS } from '@callsheet/protocol';
import { expect } from 'chai';
import { observing, withTools } from './observing.ts';
import { callOf, end, request, run, tell } from './told.ts';

const SAMPLED = `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`;
const UNSAMPLED = `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-00`;

describe('counting requests', () => {
  const observe = observing();

  it('counts one that is answered well', () => {
    const seen = observe();
    run(request({ method: 'jobs/get' }), { tookMs: 250 });
    expect(seen.value('mcp_operations_started_total', 'jobs/get', 'websocket')).to.equal(1);
    expect(seen.value('mcp_operations_success_total', 'jobs/get', 'websocket')).to.equal(1);
    expect(seen.value('mcp_operations_duration_seconds', 'jobs/get', 'websocket')).to.equal(1);
    expect(seen.sum('mcp_operations_duration_seconds', 'jobs/get', 'websocket')).to.equal(0.25);
  });

  it('counts one that fails by its code, and never as a success', () => {
    const seen = observe();
    run(request(), { error: new CallError('NOT_FOUND') });
    expect(seen.value('mcp_operations_error_total', 'ping', 'websocket', '4040')).to.equal(1);
    expect(seen.value('mcp_operations_success_total', 'ping', 'websocket')).to.equal(0);
    expect(seen.value('mcp_operations_duration_seconds', 'ping', 'websocket')).to.equal(1);
  });

  it('says tool_error of a tool that ran and failed', () => {
    const seen = observe();
    run(callOf('a'), { error: new CallError('TOOL_FAILED') });
    expect(seen.value('mcp_operations_error_total', 'tools/call', 'websocket', 'tool_error')).to.equal(1);
  });

  it('knows how many are being worked on', () => {
    const seen = observe();
    const [one, other] = [request(), request({ transport: 'http' })];
    tell('requestStart', one);
    tell('requestStart', other);
    expect(seen.value('mcp_operations_active', 'ping')).to.equal(2);
    end(one);
    expect(seen.value('mcp_operations_active', 'ping')).to.equal(1);
    end(other, { error: new CallError('INTERNAL') });
    expect(seen.value('mcp_operations_active', 'ping')).to.equal(0);
  });

  it('tells doors apart', () => {
    const seen = observe();
    for (const transport of ['http', 'mcp', 'sse', 'stdio', 'tcp', 'internal'] as const) run(request({ transport }));
    for (const transport of ['http', 'mcp', 'sse', 'stdio', 'tcp', 'internal']) {
      expect(seen.value('mcp_operations_success_total', 'ping', transport), transport).to.equal(1);
    }
  });

  it('calls every method that does not exist other', () => {
    const seen = observe();
    for (const method of ['no/such', '__proto__', 'toString', '']) run(request({ method }));
    expect(seen.value('mcp_operations_started_total', 'other', 'websocket')).to.equal(4);
    expect(seen.size('mcp_operations_started_total')).to.equal(Object.keys(METHODS).length + 1);
  });

  it('shows every method at 0 before the first request', () => {
    const seen = observe();
    for (const method of Object.keys(METHODS)) {
      expect(seen.value('mcp_operations_started_total', method, 'websocket'), method).to.equal(0);
      expect(seen.value('mcp_operations_success_total', method, 'websocket'), method).to.equal(0);
      expect(seen.value('mcp_operations_duration_seconds', method, 'websocket'), method).to.equal(0);
      expect(seen.value('mcp_operations_error_total', method, 'websocket', '-32603'), method).to.equal(0);
    }
    expect(seen.value('mcp_operations_error_total', 'tools/call', 'websocket', 'tool_error')).to.equal(0);
  });

  it('counts the end of a request whose beginning it did not see', () => {
    const begun = request();
    tell('requestStart', begun);
    const seen = observe();
    end(begun);
    expect(seen.value('mcp_operations_success_total', 'ping', 'websocket')).to.equal(1);
    expect(seen.value('mcp_operations_active', 'ping')).to.equal(0);
  });

  it('counts for every observer of the process alike, whoever was there first', () => {
    const [one, other] = [observe(), observe()];
    const begun = request();
    tell('requestStart', begun);
    const late = observe();
    end(begun);
    for (const seen of [one, other, late]) {
      expect(seen.value('mcp_operations_success_total', 'ping', 'websocket')).to.equal(1);
      expect(seen.value('mcp_operations_active', 'ping')).to.equal(0);
    }
    expect(one.value('mcp_operations_started_total', 'ping', 'websocket')).to.equal(1);
    expect(other.value('mcp_operations_started_total', 'ping', 'websocket')).to.equal(1);
  });

  it('leaves the trace of others alone, and finds its way beside a note of others', () => {
    const seen = observe();
    const mine = request();
    mine.note = { mine: true };
    run(mine, { traceparent: SAMPLED });
    expect(mine.note).to.deep.equal({ mine: true });
    expect(mine.traceparent).to.equal(SAMPLED);
    expect(seen.value('mcp_operations_active', 'ping')).to.equal(0);
  });

  it('says in which trace a duration can be looked at, when the trace is kept', () => {
    const seen = observe(withTools({ draw: 'call' }));
    run(callOf('draw'), { tookMs: 40, traceparent: SAMPLED });
    const [, , operation] =
      seen.series('mcp_operations_duration_seconds', 'tools/call', 'websocket')?.histogram?.exemplars ?? [];
    expect(operation).to.include({ traceId: 'ab'.repeat(16), value: 0.04 });
    const [, , tool] = seen.series('mcp_tools_duration_seconds', 'draw')?.histogram?.exemplars ?? [];
    expect(tool).to.include({ traceId: 'ab'.repeat(16) });
  });

  it('says nothing of a trace that is not kept or is none', () => {
    const seen = observe();
    for (const traceparent of [UNSAMPLED, 'nonsense', undefined]) {
      run(request(), traceparent === undefined ? {} : { traceparent });
    }
    const histogram = seen.series('mcp_operations_duration_seconds', 'ping', 'websocket')?.histogram;
    expect(histogram?.count).to.equal(3);
    expect(histogram?.exemplars).to.equal(undefined);
  });

  it('stops counting when it is ended', () => {
    const seen = observe();
    seen.end();
    seen.end();
    run(request());
    expect(seen.value('mcp_operations_started_total', 'ping', 'websocket')).to.equal(0);
  });
});
