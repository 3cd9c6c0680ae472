import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { useTempDir } from '../../../server/test/temp-dir.ts';
import { linesOf } from './open-file.ts';
import { openTestLogs, publish, request, SECRET } from './open-logs.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const TRACEPARENT = `00-${TRACE}-00f067aa0ba902b7-01`;
const TS = '2026-11-21T08:00:00.000Z';

describe('metrics.jsonl', () => {
  const temp = useTempDir();
  const lines = (): Record<string, unknown>[] => linesOf<Record<string, unknown>>(temp(), 'metrics');
  const calls = (): Record<string, unknown>[] => lines().filter(({ metric }) => metric === 'tool_calls_total');

  it('has a line for every call of a tool', async () => {
    const { logs } = await openTestLogs(temp());
    publish('requestEnd', request());
    publish('requestEnd', request({ traceparent: TRACEPARENT, endedAt: 100 }));
    publish('requestEnd', request({ error: new CallError('TOOL_FAILED') }));
    publish('requestEnd', request({ error: new CallError('DEADLINE_EXCEEDED') }));
    publish('requestEnd', request({ error: new CallError('RATE_LIMITED') }));
    const params = { name: 'echo', _meta: { traceparent: TRACEPARENT } };
    publish('requestEnd', request({ params }));
    publish('requestEnd', request({ method: 'tools/list' }));
    await logs.close();
    const own = { ts: TS, metric: 'tool_calls_total', tool: 'echo', tool_duration_ms: 1.25, requestId: 'req_a-b_1' };
    expect(calls()).to.deep.equal([
      { ...own, status: 'success' },
      { ...own, status: 'success', tool_duration_ms: 0, traceId: TRACE },
      { ...own, status: 'error', cause: 'TOOL_FAILED' },
      { ...own, status: 'timeout', cause: 'DEADLINE_EXCEEDED' },
      { ...own, status: 'refused', cause: 'RATE_LIMITED' },
      { ...own, status: 'success', traceId: TRACE },
    ]);
  });

  it('keeps no name that no tool has while calls wait to be told together', async () => {
    const { logs } = await openTestLogs(temp(), { limits: { callsAlone: 1 } });
    const asked = (name: string) => ({ params: { name }, error: new CallError('TOOL_NOT_FOUND') });
    for (const letter of ['a', 'b', 'c', 'd']) publish('requestEnd', request(asked(letter.repeat(1_000_000))));
    await logs.close();
    expect(calls().map(({ tool, calls: many }) => [String(tool).slice(0, 2), String(tool).length, many])).to.deep.equal(
      [
        ['aa', 128, undefined],
        ['', 0, 3],
      ],
    );
  });

  it('tells calls together that are more than so many within a second, the failed ones apart from the others', async () => {
    const { logs, clock } = await openTestLogs(temp(), { limits: { callsAlone: 2 } });
    for (let n = 0; n < 5; n++) publish('requestEnd', request({ startedAt: 100, endedAt: 101 + n }));
    publish('requestEnd', request({ error: new CallError('TOOL_FAILED') }));
    clock.advance(1_000);
    publish('requestEnd', request());
    await logs.close();
    expect(calls().map(({ status, calls: many, tool_duration_ms: ms }) => [status, many ?? 1, ms])).to.deep.equal([
      ['success', 1, 1],
      ['success', 1, 2],
      ['error', 1, 1.25],
      ['success', 3, 4],
      ['success', 1, 1.25],
    ]);
    expect(calls()[3]).to.include({ tool: 'echo', tool_duration_max_ms: 5 });
  });

  it('counts every call once, alone or together, whatever tools are asked for', async () => {
    const call = fc.record({ tool: fc.constantFrom('a', 'b', 'c'), failed: fc.boolean(), wait: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 60 }), fc.nat({ max: 4 }), async (asked, callsAlone) => {
        const { logs, clock } = await openTestLogs(temp(), { limits: { callsAlone } });
        const before = calls().length;
        for (const { tool, failed, wait } of asked) {
          const error = failed ? new CallError('TOOL_FAILED') : undefined;
          publish('requestEnd', request({ params: { name: tool }, error }));
          if (wait) clock.advance(1_000);
        }
        await logs.close();
        const told = new Map<string, number>();
        for (const { tool, status, calls: many } of calls().slice(before)) {
          told.set(`${tool} ${status}`, (told.get(`${tool} ${status}`) ?? 0) + Number(many ?? 1));
        }
        const made = new Map<string, number>();
        for (const { tool, failed } of asked) {
          const key = `${tool} ${failed ? 'error' : 'success'}`;
          made.set(key, (made.get(key) ?? 0) + 1);
        }
        expect([...told].sort()).to.deep.equal([...made].sort());
      }),
      { numRuns: 30 },
    );
  });

  it('has the line of a job when that ends, not when it is taken in', async () => {
    const { logs } = await openTestLogs(temp(), { isJob: (tool) => tool === 'create_video' });
    const params = { name: 'create_video' };
    publish('requestEnd', request({ params }));
    publish('requestEnd', request({ params, error: new CallError('OVERLOADED') }));
    const job = { jobId: 'job_1', tool: 'create_video', principalId: 'anna', parent: TRACEPARENT };
    publish('job', { ...job, type: 'submitted' });
    publish('job', { ...job, type: 'ended', outcome: 'completed', durationMs: 60_000, error: undefined });
    publish('job', { ...job, type: 'ended', outcome: 'failed', durationMs: 5, error: `no ${SECRET}` });
    await logs.close();
    const own = { ts: TS, metric: 'tool_calls_total', tool: 'create_video' };
    const refused = { status: 'refused', cause: 'OVERLOADED', tool_duration_ms: 1.25, requestId: 'req_a-b_1' };
    const ended = { ...own, jobId: 'job_1', traceId: TRACE };
    expect(calls()).to.deep.equal([
      { ...own, ...refused },
      { ...ended, status: 'success', tool_duration_ms: 60_000 },
      { ...ended, status: 'error', tool_duration_ms: 5, cause: 'no [REDACTED]' },
    ]);
  });

  it('is JSON and holds no secret, whatever callers send', async () => {
    const { logs } = await openTestLogs(temp());
    const sent: unknown[] = [];
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.jsonValue(), (text, value) => {
        for (const params of [{ name: text }, { name: value }, value ?? {}, [value], undefined]) {
          sent.push(params);
          publish('requestEnd', request({ params: params as never, requestId: text, traceparent: text }));
        }
      }),
    );
    for (const name of [SECRET, `${'x'.repeat(120)}${SECRET}`, 'sk-proj-abcdefghijklmnopqrstuvwxyz0123456789']) {
      publish('requestEnd', request({ params: { name }, requestId: 'last' }));
    }
    await logs.close();
    expect(calls()).to.have.lengthOf(sent.length + 3);
    const [known, cut, shaped] = calls().slice(-3);
    expect(known).to.include({ tool: '[REDACTED]' });
    expect(shaped).to.include({ tool: '[REDACTED]' });
    expect(cut?.tool).to.not.include(SECRET);
  });

  it('remembers few names, however many callers make up', async () => {
    const { logs } = await openTestLogs(temp());
    for (let n = 0; n < 2_500; n++) publish('requestEnd', request({ params: { name: `tool "${n % 1_250}"` } }));
    await logs.close();
    expect(calls().map(({ tool }) => tool)).to.deep.equal(
      Array.from({ length: 2_500 }, (_, n) => `tool "${n % 1_250}"`),
    );
  });

  it('has the main figures every ten seconds and at the end, under the names they have', async () => {
    let asked = 0;
    const snapshot = () => ({
      'mcp.connections.active': ++asked,
      'mcp.tools.calls': { rotate_keys: 3 },
      ts: 'not this',
    });
    const { logs, clock } = await openTestLogs(temp(), { snapshot });
    clock.advance(9_999);
    expect(asked).to.equal(0);
    clock.advance(10_001);
    await logs.close();
    expect(asked).to.equal(3);
    expect(lines()).to.deep.equal(
      [10, 20, 20].map((second, index) => ({
        ts: `2026-11-21T08:00:${second}.000Z`,
        metric: 'snapshot',
        'mcp.connections.active': index + 1,
        'mcp.tools.calls': { rotate_keys: 3 },
      })),
    );
    expect(clock.pending).to.equal(0);
  });

  it('goes on when the figures cannot be had, and says so once a second', async () => {
    let broken = true;
    const snapshot = () => {
      if (broken) throw new Error('no figures');
      return { 'mcp.tools.calls': 1 };
    };
    const { logs, clock, log } = await openTestLogs(temp(), { snapshot, limits: { metricsEveryMs: 100 } });
    clock.advance(500);
    broken = false;
    clock.advance(100);
    await logs.close();
    expect(log.lines).to.deep.equal(['Cannot write a line of the logs: no figures']);
    expect(lines()).to.have.lengthOf(2);
  });
});
