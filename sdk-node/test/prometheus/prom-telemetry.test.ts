import type { ClientOptions } from '@callsheet/sdk-core';
import { expect } from 'chai';
import fc from 'fast-check';
import { Counter, Registry } from 'prom-client';
import { createClient } from '../../src/index.ts';
import { type ObservedCall, type ObservedConnection, promTelemetry } from '../../src/prometheus.ts';

const CALL: ObservedCall = {
  ...{ method: 'tools/call', tool: 'create_video', ok: true, code: undefined },
  ...{ durationMs: 20, attempts: 1, cache: 'bypass' },
};

describe('the metrics of a client', () => {
  let register: Registry;
  beforeEach(() => {
    register = new Registry();
  });
  const lines = async (pattern: RegExp): Promise<string[]> =>
    (await register.metrics()).split('\n').filter((line) => pattern.test(line));

  it('count calls by how they ended, how long they took, how often they were tried, and what the cache had', async () => {
    const { onCall } = promTelemetry(register, { buckets: [0.01, 0.1, 1] });
    onCall(CALL);
    onCall({ ...CALL, durationMs: 700, attempts: 3, cache: 'miss' });
    onCall({ ...CALL, ok: false, code: 'TIMEOUT', durationMs: 5_000 });
    onCall({ ...CALL, method: 'jobs/list', tool: undefined });
    expect(await lines(/calls_total\{/)).to.deep.equal([
      'callsheet_client_calls_total{method="tools/call",tool="create_video",code="ok"} 2',
      'callsheet_client_calls_total{method="tools/call",tool="create_video",code="TIMEOUT"} 1',
      'callsheet_client_calls_total{method="jobs/list",tool="",code="ok"} 1',
    ]);
    expect(await lines(/duration_seconds.*create_video/)).to.deep.equal([
      'callsheet_client_call_duration_seconds_bucket{le="0.01",method="tools/call",tool="create_video"} 0',
      'callsheet_client_call_duration_seconds_bucket{le="0.1",method="tools/call",tool="create_video"} 1',
      'callsheet_client_call_duration_seconds_bucket{le="1",method="tools/call",tool="create_video"} 2',
      'callsheet_client_call_duration_seconds_bucket{le="+Inf",method="tools/call",tool="create_video"} 3',
      'callsheet_client_call_duration_seconds_sum{method="tools/call",tool="create_video"} 5.72',
      'callsheet_client_call_duration_seconds_count{method="tools/call",tool="create_video"} 3',
    ]);
    expect(await lines(/retries_total\{/)).to.deep.equal([
      'callsheet_client_call_retries_total{method="tools/call",tool="create_video"} 2',
    ]);
    expect(await lines(/cache_total\{/)).to.deep.equal([
      'callsheet_client_cache_total{tool="create_video",result="bypass"} 2',
      'callsheet_client_cache_total{tool="create_video",result="miss"} 1',
    ]);
    expect(await lines(/^# TYPE/)).to.deep.equal([
      '# TYPE callsheet_client_calls_total counter',
      '# TYPE callsheet_client_call_duration_seconds histogram',
      '# TYPE callsheet_client_call_retries_total counter',
      '# TYPE callsheet_client_cache_total counter',
      '# TYPE callsheet_client_connections gauge',
      '# TYPE callsheet_client_rtt_seconds gauge',
    ]);
  });

  it('stay bounded with ten thousand tools and methods, and lose no call', async () => {
    const { onCall } = promTelemetry(register, { maxNames: 50 });
    for (let n = 0; n < 10_000; n++) onCall({ ...CALL, tool: `tool_${n}` });
    for (let n = 0; n < 10_000; n++) onCall({ ...CALL, method: `method/${n}`, tool: undefined });
    const counted = await lines(/calls_total\{/);
    expect(counted).to.have.length(51 + 50);
    expect(counted).to.include('callsheet_client_calls_total{method="tools/call",tool="other",code="ok"} 9950');
    // One method had its place already.
    expect(counted).to.include('callsheet_client_calls_total{method="other",tool="",code="ok"} 9951');
    expect((await register.metrics()).length).to.be.below(200_000);
  });

  it('say how many clients are in which state', async () => {
    const [one, two] = [promTelemetry(register), promTelemetry(register)];
    one.onConnection({ state: 'connecting' });
    one.onConnection({ state: 'ready' });
    two.onConnection({ state: 'ready', rttMs: 12 });
    expect(await lines(/connections\{/)).to.deep.equal([
      'callsheet_client_connections{state="connecting"} 0',
      'callsheet_client_connections{state="ready"} 2',
    ]);
    expect(await lines(/rtt_seconds \d/)).to.deep.equal(['callsheet_client_rtt_seconds 0.012']);
    one.onConnection({ state: 'closed' });
    expect(await lines(/connections\{.*ready/)).to.deep.equal(['callsheet_client_connections{state="ready"} 1']);
  });

  it('are as many clients as are not closed, whatever happened to them', async () => {
    const states = fc.constantFrom('idle', 'connecting', 'ready', 'reconnecting', 'draining', 'closed');
    const events = fc.array(fc.record({ client: fc.nat(2), state: states }));
    await fc.assert(
      fc.asyncProperty(events, async (told) => {
        register.clear();
        const clients = [promTelemetry(register), promTelemetry(register), promTelemetry(register)];
        const now = new Map<number, string>();
        for (const { client, state } of told) {
          clients[client]?.onConnection({ state } as ObservedConnection);
          now.set(client, state);
        }
        const expected = [...now.values()].filter((state) => state !== 'closed').length;
        const sum = (await lines(/connections\{/)).reduce((total, line) => total + Number(line.split(' ').at(-1)), 0);
        expect(sum).to.equal(expected);
      }),
    );
  });

  it('are what the option "telemetry" of a client takes', () => {
    const options: ClientOptions = { url: 'ws://127.0.0.1:9/rpc', telemetry: promTelemetry(register) };
    expect(() => createClient(options, {})).to.not.throw();
  });

  it('refuse options nobody knows, and names that are taken', () => {
    const wrong: [object, string][] = [
      [{ prefixes: 'x' }, 'there is no option "prefixes"'],
      [{ prefix: '1x' }, 'beginning with no digit'],
      [{ buckets: [] }, 'growing numbers'],
      [{ buckets: [1, 1] }, 'growing numbers'],
      [{ buckets: [0] }, 'growing numbers'],
      [{ maxNames: 0 }, 'from 1'],
      [{ inject: 1 }, 'a function'],
    ];
    for (const [options, sentence] of wrong) {
      expect(() => promTelemetry(register, options)).to.throw(TypeError, sentence);
    }
    new Counter({ name: 'mine_connections', help: 'x', registers: [register] });
    expect(() => promTelemetry(register, { prefix: 'mine_' })).to.throw('Cannot make the metric "mine_connections"');
  });

  it('hand on what puts the trace into calls', () => {
    const inject = (carrier: Record<string, string>): void => {
      carrier.traceparent = 'x';
    };
    expect(promTelemetry(register, { inject }).inject).to.equal(inject);
    expect(promTelemetry(register)).to.not.have.property('inject');
  });
});
