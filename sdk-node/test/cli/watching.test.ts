import type { JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import { main } from '../../src/cli/main.ts';
import { ScriptedGateway } from '../scripted-gateway.ts';
import { FakeTerminal } from './fake-terminal.ts';

const AT = Date.UTC(2026, 10, 21, 21, 13, 30, 5);

const alert = (id: string, name: string, change: JsonObject = {}): JsonObject => ({
  ...{ id, name, severity: 'warning', state: 'firing', since: AT, silencedBy: [] },
  annotations: { summary: `${name}\u001b[31m is bad` },
  ...change,
});

describe('callsheet, for those who watch a gateway', () => {
  let gateway: ScriptedGateway;
  let terminal: FakeTerminal;
  let asked: (readonly [string, JsonObject])[];
  const answers = (method: string, answer: JsonObject): void => {
    gateway.rpc.handlers[method] = (params) => {
      const { _meta, ...own } = params as JsonObject;
      asked.push([method, own]);
      return answer;
    };
  };
  /** What it prints. */
  const says = async (...args: string[]): Promise<string> => {
    terminal = new FakeTerminal({ CALLSHEET_URL: gateway.url, CALLSHEET_API_KEY: 'k1' });
    expect(await main(args, terminal), terminal.stderr.text).to.equal(0);
    return terminal.stdout.text;
  };
  const refuses = async (...args: string[]): Promise<string> => {
    terminal = new FakeTerminal({ CALLSHEET_URL: gateway.url, CALLSHEET_API_KEY: 'k1' });
    expect(await main(args, terminal)).to.equal(2);
    return terminal.stderr.text;
  };

  beforeEach(async () => {
    gateway = await ScriptedGateway.start();
    asked = [];
    answers('alerts/list', {
      rules: [
        { name: 'quiet', enabled: true, alerts: [alert('c1', 'quiet', { state: 'resolved' })] },
        { name: 'slow', enabled: true, alerts: [alert('aaaa00001', 'slow'), alert('aaaa00002', 'slow')] },
        { name: 'down', enabled: true, alerts: [alert('bbbb11112222', 'down', { severity: 'critical' })] },
        { name: 'soon', enabled: true, alerts: [alert('d1', 'soon', { state: 'pending', severity: 'critical' })] },
        { name: 'odd', enabled: true, fault: 'its metric is gone', alerts: [] },
      ],
      silences: [
        {
          ...{ id: 'sil_1', untilMs: AT, by: 'key:night', comment: 'known' },
          matchers: [{ label: 'tool', operator: '=~', value: 'create_.*' }],
        },
      ],
      channels: [
        { channel: 'people', failed: 2, dropped: 1 },
        { channel: 'log', failed: 0, dropped: 0 },
      ],
    });
  });
  afterEach(() => gateway.stop());

  it('alerts lists what alarms, the worst first, who is kept from hearing of it, and what fails', async () => {
    expect(await says('alerts')).to.equal(
      [
        'bbbb1111  firing   critical  down  2026-11-21T21:13:30Z  down [31m is bad',
        'aaaa0000  firing   warning   slow  2026-11-21T21:13:30Z  slow [31m is bad',
        'aaaa0000  firing   warning   slow  2026-11-21T21:13:30Z  slow [31m is bad',
        'd1        pending  critical  soon  2026-11-21T21:13:30Z  soon [31m is bad',
        'rule odd cannot be judged: its metric is gone',
        'sil_1  silence  tool=~create_.*  until 2026-11-21T21:13:30Z  key:night  known',
        'channel people: 2 failed, 1 dropped\n',
      ].join('\n'),
    );
    await says('alerts', 'list', '--json');
    expect(terminal.result).to.have.keys('rules', 'silences', 'channels');
  });

  it('alerts says who knows of one and which are silenced, and that all is well', async () => {
    const known = { acknowledged: { by: 'key:night' }, silencedBy: ['sil_1'], since: 'never' };
    answers('alerts/list', { rules: [{ name: 'a', enabled: true, alerts: [alert('e1', 'a', known)] }] });
    expect(await says('alerts')).to.match(/ a {4}a \[31m is bad \(key:night knows\) \(silenced\)\n$/);
    answers('alerts/list', {
      rules: [
        { name: 'a', enabled: true },
        { name: 'b', enabled: false },
      ],
    });
    expect(await says('alerts')).to.equal('all is well: 1 rules, no alert\n');
  });

  it('alerts ack finds the alert by its name or the beginning of its id', async () => {
    answers('alerts/ack', { name: 'down' });
    expect(await says('alerts', 'ack', 'down', '--comment', 'on it')).to.equal(
      'acknowledged down: nobody is reminded until it is over\n',
    );
    await says('alerts', 'ack', 'aaaa00002');
    expect(asked.filter(([method]) => method === 'alerts/ack').map(([, params]) => params)).to.deep.equal([
      { alert: 'bbbb11112222', comment: 'on it' },
      { alert: 'aaaa00002' },
    ]);
    expect(await refuses('alerts', 'ack', 'slow')).to.match(
      /fires more than once; give the id of one: slow \(aaaa0000\)/,
    );
    expect(await refuses('alerts', 'ack', 'quiet')).to.match(
      /no such alert is firing; firing: slow .*down \(bbbb1111\)/,
    );
    answers('alerts/list', { rules: [] });
    expect(await refuses('alerts', 'ack', 'down')).to.contain('no such alert is firing; none is');
  });

  it('alerts silence takes names and labels, for an hour unless told; unsilence and test say what they did', async () => {
    answers('alerts/silence', { id: 'sil_2', untilMs: AT });
    answers('alerts/unsilence', {});
    answers('alerts/test', { delivered: true });
    expect(await says('alerts', 'silence', 'slow', 'tool!=song', '--for', '90s', '--comment', 'moving')).to.equal(
      'sil_2 keeps people from being told of alertname=slow tool!=song until 2026-11-21T21:13:30Z\n',
    );
    await says('alerts', 'silence', 'kind=~a=b');
    expect(await says('alerts', 'unsilence', 'sil_2')).to.equal('ended sil_2\n');
    expect(await says('alerts', 'test', 'people')).to.equal('delivered a test notice to people\n');
    const slow = { label: 'alertname', operator: '=', value: 'slow' };
    expect(asked).to.deep.equal([
      [
        'alerts/silence',
        { matchers: [slow, { label: 'tool', operator: '!=', value: 'song' }], minutes: 2, comment: 'moving' },
      ],
      ['alerts/silence', { matchers: [{ label: 'kind', operator: '=~', value: 'a=b' }], minutes: 60 }],
      ['alerts/unsilence', { silence: 'sil_2' }],
      ['alerts/test', { channel: 'people' }],
    ]);
  });

  it('metrics shows what is not 0, and top who calls or fails most', async () => {
    answers('metrics/snapshot', {
      metrics: {
        'mcp.tools.calls': {
          ...{ type: 'counter', value: 3 },
          series: [{ labels: { tool: 'echo', status: 'success' }, value: 3 }],
        },
        mcp_slow_consumers: { type: 'gauge', value: 0 },
        mcp_breaker_state: { type: 'gauge', series: [{ labels: { breaker: 'b' }, value: 1 }] },
        'mcp.tools.duration': { type: 'histogram', count: 2, p50: 0.123456, p95: 1, p99: null, series: [] },
        mcp_scrape_duration_seconds: { type: 'histogram', count: 0, p50: null, p95: null, p99: null },
      },
    });
    expect(await says('metrics')).to.equal(
      'mcp.tools.calls                               3\n' +
        'mcp.tools.calls     tool=echo status=success  3\n' +
        'mcp_breaker_state   breaker=b                 1\n' +
        'mcp.tools.duration                            2 times, p50 0.1235, p95 1, p99 -\n',
    );
    answers('metrics/top', { callers: [{ principal: 'key:load', count: 7 }] });
    expect(await says('metrics', 'top', '--errors')).to.equal('key:load  7\n');
    expect(asked.at(-1)).to.deep.equal(['metrics/top', { by: 'errors' }]);
    await says('metrics', 'top', '--json');
    expect(asked.at(-1)).to.deep.equal(['metrics/top', { by: 'calls' }]);
    expect(terminal.result).to.have.property('callers');
  });

  it('metrics of one name shows how it went, the newest last', async () => {
    answers('metrics/query', { stepSeconds: 60, until: AT, values: [1.23456, null] });
    expect(await says('metrics', 'mcp_jobs', '--over', '2m')).to.equal(
      '2026-11-21T21:12:30Z  1.235\n2026-11-21T21:13:30Z  -\n',
    );
    await says('metrics', 'mcp_jobs', '--json');
    expect(asked.map(([, params]) => params)).to.deep.equal([
      { metric: 'mcp_jobs', overSeconds: 120 },
      { metric: 'mcp_jobs' },
    ]);
  });

  it('traces lists calls, and shows the spans of one below each other', async () => {
    const span = (spanId: string, name: string, at: number, more: JsonObject = {}): JsonObject => ({
      ...{ spanId, name, kind: 'client', startMs: AT + at, durationMs: 12.3456, status: 'ok', attributes: {} },
      ...more,
    });
    const trace = {
      ...{ traceId: 't1', name: 'tools/call', startMs: AT, durationMs: 1234.5, requestId: 'req_1' },
      spans: [
        span('s3', 'tools/call echo', 30, { parentSpanId: 's2', status: 'error', attributes: { 'error.type': 'X' } }),
        span('s1', 'tools/call', 0, { parentSpanId: 'elsewhere', kind: 'server' }),
        span('s2', 'attempt', 10, { parentSpanId: 's1', status: 'error' }),
      ],
    };
    answers('traces/list', { traces: [trace, { ...trace, traceId: 't2', error: 'TOOL_FAILED' }] });
    expect(await says('traces', '--tool', 'echo', '--errors')).to.equal(
      't1  2026-11-21T21:13:30Z  1230 ms  tools/call  slow         req_1\n' +
        't2  2026-11-21T21:13:30Z  1230 ms  tools/call  TOOL_FAILED  req_1\n',
    );
    answers('traces/list', { traces: [trace] });
    expect(await says('traces', 't1')).to.equal(
      't1  req_1  1230 ms  slow\n' +
        '  tools/call           server  +0 ms   12.3 ms\n' +
        '    attempt            client  +10 ms  12.3 ms  error\n' +
        '      tools/call echo  client  +30 ms  12.3 ms  X\n',
    );
    await says('traces', '--json');
    expect(asked.map(([, params]) => params)).to.deep.equal([{ tool: 'echo', errors: true }, { traceId: 't1' }, {}]);
    expect(terminal.result).to.have.property('traces');
  });

  const WRONG: readonly (readonly [readonly string[], string])[] = [
    [['alerts', 'lst'], 'There is no "alerts lst"; did you mean "alerts list"?'],
    [['alerts', 'list', 'x'], 'alerts list takes no argument'],
    [['alerts', 'ack'], 'alerts ack takes the name or the id of one alert, got none'],
    [['alerts', 'silence'], 'takes the name of an alert, or labels such as tool=create_video'],
    [['alerts', 'silence', 'a', '--for', 'ever'], 'Cannot use --for "ever"'],
    [['alerts', '--for', '1h'], '--for is for alerts silence'],
    [['alerts', 'test', 'a', '--comment', 'b'], '--comment is for alerts ack and alerts silence'],
    [['alerts', 'unsilence', 'a', 'b'], 'takes the id of one silence, got a b'],
    [['alerts', 'test'], 'takes the name of one channel'],
    [['metrics', 'a', 'b'], 'metrics takes "top", the name of one metric, or nothing'],
    [['metrics', '--errors'], '--errors is for metrics top'],
    [['metrics', 'top', '--over', '1m'], '--over is for the course of one metric'],
    [['traces', 'a', 'b'], 'traces takes the id of one trace, or nothing'],
  ];
  for (const [args, sentence] of WRONG) {
    it(`«callsheet ${args.join(' ')}» is wrong use`, async () => {
      expect(await refuses(...args))
        .to.contain(sentence)
        .and.contain('Try: callsheet --help');
    });
  }

  it('has them in its help', async () => {
    for (const command of ['alerts', 'metrics', 'traces']) {
      expect(await says(command, '--help')).to.contain(`callsheet ${command} `);
    }
  });
});
